-- One row per pair of keys that one holder has: each of its keys with its oldest.
with
held as (
    select * from intermediate.person_keys_held
),
headed as (
    select min(key_number) as head_number, list(key_number) as numbers
    from held
    group by holder, holder_id
    having count(*) > 1
),
pairs as (
    select distinct unnest(numbers) as key_number, head_number from headed
),
final as (
    select * from pairs where head_number < key_number
)
select * from final

-- One row per id that a person would have had by another of its keys, and may have had before two
-- persons turned out to be one.
with
keys as (
    select * from intermediate.person_keys_identified
),
final as (
    select key_id as alias_id, person_id
    from keys
    where key_id <> person_id and kind <> 'correction'
)
select * from final order by alias_id

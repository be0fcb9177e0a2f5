-- One row per pair of keys that one holder has: each of its keys with its oldest.
with
numbered as (
    select * from intermediate.person_keys_numbered
),
held as (
    select claimed.holder, claimed.holder_key, numbered.key_number
    from intermediate.person_keys_claimed as claimed
    inner join numbered
        on numbered.account_id = claimed.account_id
        and numbered.kind = claimed.kind
        and numbered.key = claimed.key
),
headed as (
    select key_number, min(key_number) over (partition by holder, holder_key) as head_number
    from held
),
final as (
    select distinct key_number, head_number from headed where head_number < key_number
)
select * from final

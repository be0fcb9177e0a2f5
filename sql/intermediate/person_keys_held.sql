-- One row per holder and strong key it claims (see person_keys_claimed): the key's number.
with
numbered as (
    select key_number, account_id, kind, key from intermediate.person_keys_numbered
),
final as (
    select claimed.holder, claimed.holder_key, numbered.key_number
    from intermediate.person_keys_claimed as claimed
    inner join numbered
        on numbered.account_id = claimed.account_id
        and numbered.kind = claimed.kind
        and numbered.key = claimed.key
)
select * from final

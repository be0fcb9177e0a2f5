-- One row per holder and strong key it claims (see person_keys_claimed): the key's number.
with
numbered as (
    select key_number, key_id from intermediate.person_keys_numbered
),
final as (
    select claimed.holder, claimed.holder_id, numbered.key_number
    from intermediate.person_keys_claimed as claimed
    inner join numbered using (key_id)
)
select * from final

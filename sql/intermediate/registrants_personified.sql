-- One row per registration that has a strong key: its person.
with
final as (
    select registrants.registrant_key, keys.person_id
    from intermediate.registrants_keyed as registrants
    inner join intermediate.person_keys_identified as keys on keys.key_id = registrants.head_id
)
select * from final

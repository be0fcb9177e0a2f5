-- One row per registration that has a strong key: its person.
with
held as (
    select holder_id as registrant_row_id, min(key_number) as key_number
    from intermediate.person_keys_held
    where holder = 'r'
    group by holder_id
),
final as (
    select registrants.registrant_key, keys.person_id
    from held
    inner join intermediate.registrants_merged as registrants using (registrant_row_id)
    inner join intermediate.person_keys_identified as keys using (key_number)
)
select * from final

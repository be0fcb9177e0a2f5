-- One row per registration that has a strong key: its person.
with
held as (
    select holder_key as registrant_key, min(key_number) as key_number
    from intermediate.person_keys_held
    where holder = 'r'
    group by holder_key
),
final as (
    select held.registrant_key, keys.person_id
    from held
    inner join intermediate.person_keys_identified as keys using (key_number)
)
select * from final

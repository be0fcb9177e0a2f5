-- One row per registration that has a strong key: its person.
with
keys as (
    select * from intermediate.person_keys_identified
),
final as (
    select claimed.holder_key as registrant_key, any_value(keys.person_id) as person_id
    from intermediate.person_keys_claimed as claimed
    inner join keys
        on keys.account_id = claimed.account_id and keys.kind = claimed.kind
            and keys.key = claimed.key
    where claimed.holder = 'r'
    group by claimed.holder_key
)
select * from final

-- One row per instance, kind of strong key ('registrant', 'user', 'email', 'link', 'row') and key:
-- the first combination of keys that has it (`head_key`), and all that have it (`tuple_keys`). A
-- key is one participant's, so nothing after this compares texts to find whose it is.
with
tuples as not materialized (
    select * from intermediate.key_tuples_distinct
),
final as (
    select
        instance_key, 'registrant' as kind, registrant_key as key, min(tuple_key) as head_key,
        list(tuple_key) as tuple_keys
    from tuples
    where registrant_key <> ''
    group by instance_key, registrant_key
    union all
    select instance_key, 'user', user_key, min(tuple_key), list(tuple_key)
    from tuples
    where user_key <> ''
    group by instance_key, user_key
    union all
    select instance_key, 'email', email_key, min(tuple_key), list(tuple_key)
    from tuples
    where email_key <> ''
    group by instance_key, email_key
    union all
    select instance_key, 'link', link_key, min(tuple_key), list(tuple_key)
    from tuples
    where link_key <> ''
    group by instance_key, link_key
    union all
    select instance_key, 'row', row_key, min(tuple_key), list(tuple_key)
    from tuples
    where row_key <> ''
    group by instance_key, row_key
)
select * from final

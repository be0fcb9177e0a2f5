-- One row per pair of key combinations of an instance that share a strong key, or are one by a
-- decision of the user: each with the first that has the key. A star instead of all pairs: no more
-- rows than combinations have keys, and the same components.
with
tuples as (
    select * from intermediate.key_tuples_distinct
),
shared as (
    select min(tuple_key) as head_key, list(tuple_key) as tuple_keys
    from tuples
    where registrant_key <> ''
    group by instance_key, registrant_key
    having count(*) > 1
    union all
    select min(tuple_key), list(tuple_key)
    from tuples
    where user_key <> ''
    group by instance_key, user_key
    having count(*) > 1
    union all
    select min(tuple_key), list(tuple_key)
    from tuples
    where email_key <> ''
    group by instance_key, email_key
    having count(*) > 1
    union all
    select min(tuple_key), list(tuple_key)
    from tuples
    where link_key <> ''
    group by instance_key, link_key
    having count(*) > 1
    union all
    select min(tuple_key), list(tuple_key)
    from tuples
    where row_key <> ''
    group by instance_key, row_key
    having count(*) > 1
    union all
    select min(tuple_key), list(tuple_key)
    from intermediate.key_tuples_corrected
    group by instance_key, cluster
),
pairs as (
    select distinct unnest(tuple_keys) as tuple_key, head_key from shared
),
final as (
    select tuple_key, head_key
    from pairs
    where head_key < tuple_key
)
select * from final

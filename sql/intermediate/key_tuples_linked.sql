-- One row per pair of key combinations of an instance that share a strong key, or are one by a
-- decision of the user, and what they share: each with the first that has the key. A star instead
-- of all pairs: no more rows than combinations have keys, and the same components.
with
shared as (
    select head_key, tuple_keys from intermediate.tuple_keys_gathered where len(tuple_keys) > 1
    union all
    select min(tuple_key), list(tuple_key)
    from intermediate.key_tuples_corrected
    group by instance_key, cluster
),
pairs as (
    select unnest(tuple_keys) as tuple_key, head_key from shared
),
final as (
    select tuple_key, head_key
    from pairs
    where head_key < tuple_key
)
select * from final

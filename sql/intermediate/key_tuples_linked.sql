-- One row per pair of key combinations of an instance that share a strong key, or are one by a
-- decision of the user: each with the first that has the key. A star instead of all pairs: as many
-- rows as combinations at most, and the same components.
with
tuples as (
    select * from intermediate.key_tuples_distinct
),
heads as (
    select
        tuple_key,
        case when registrant_key <> '' then min(tuple_key)
            over (partition by instance_key, registrant_key) end
            as by_registrant,
        case when user_key <> '' then min(tuple_key)
            over (partition by instance_key, user_key) end as by_user,
        case when email_key <> '' then min(tuple_key)
            over (partition by instance_key, email_key) end as by_email,
        case when link_key <> '' then min(tuple_key)
            over (partition by instance_key, link_key) end as by_link,
        case when row_key <> '' then min(tuple_key)
            over (partition by instance_key, row_key) end as by_row
    from tuples
),
pairs as (
    select tuple_key, by_registrant as head_key from heads
    union
    select tuple_key, by_user as head_key from heads
    union
    select tuple_key, by_email as head_key from heads
    union
    select tuple_key, by_link as head_key from heads
    union
    select tuple_key, by_row as head_key from heads
    union
    select tuple_key, min(tuple_key) over (partition by instance_key, cluster) as head_key
    from intermediate.key_tuples_corrected
),
final as (
    select tuple_key, head_key
    from pairs
    where head_key < tuple_key
)
select * from final

-- One row per account and strong key, numbered by age: the run in which it first arrived, then the
-- time of the first event, then the key. Decisions of the user come last, so that they give nobody
-- an id. The smallest number of a person's keys gives the person's id. Of keys that arrived some
-- are nobody's, as those of a waiting room; to number them too is cheaper than to look for them.
with
keys as (
    select key_id, account_id, kind, key, arrival from staging.key_arrivals
    union all
    select key_id, account_id, kind, key, arrival from intermediate.person_keys_dated
),
final as (
    select
        row_number() over (
            order by account_id, kind = 'correction', arrival nulls last, key, kind
        ) as key_number,
        *
    from keys
)
select * from final

-- One row per account and strong key that arrived or that the user's decisions make, with the
-- person it belongs to; null where nobody holds it, as those of a waiting room. The person's id is
-- the `key_id` of its oldest key: the run in which it first arrived, then the time of the first
-- event, then the key_id. Decisions of the user come last, so that they give nobody an id. The ids
-- of a person's other keys are aliases. Of `arrival`, `run_ms` and `event_ms` are the two halves,
-- which take far less to read than a number of their joint width. Kept in the catalog.
with
keys as (
    select key_id, account_id, kind, key, arrival from staging.key_arrivals
    union all
    select key_id, account_id, kind, key, arrival from intermediate.person_keys_dated
),
heads as (
    select distinct head_id from intermediate.person_keys_claimed
),
grouped as (
    select key_id, group_id from intermediate.person_keys_grouped
),
placed as (
    select keys.*, coalesce(grouped.group_id, heads.head_id) as group_id
    from keys
    left join grouped on grouped.key_id = keys.key_id
    left join heads on heads.head_id = keys.key_id
),
persons as (
    select
        group_id,
        min({'never': arrival is null, 'arrival': arrival, 'key_id': key_id}).key_id as person_id
    from placed
    where group_id is not null
    group by group_id
),
final as (
    select
        placed.key_id,
        placed.account_id,
        placed.kind,
        placed.key,
        (placed.arrival >> 43)::bigint as run_ms,
        (placed.arrival & ((1::hugeint << 43) - 1))::bigint as event_ms,
        persons.person_id
    from placed
    left join persons on persons.group_id = placed.group_id
)
select * from final

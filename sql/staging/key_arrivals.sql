-- One row per account, kind of strong key and key: when it first arrived in the raw zone, in
-- whatever capture. Person ids hang on this order, so it looks at every capture, not only the best:
-- nothing that arrives later can change what arrived first. `key_hash` is what a build of one day
-- finds keys by. Kept as a table: it looks at all captures.
with
captures as (
    select capture_id, account_id
    from staging.captures
    where stream in ('participants', 'registrants')
),
attended as (
    select
        captures.account_id,
        rows.registrant_id,
        rows.zoom_user_id,
        rows.email,
        rows.run_id,
        min(rows.join_time) as event_time
    from raw.participants as rows
    inner join captures using (capture_id)
    group by all
),
registered as (
    select
        captures.account_id,
        rows.registrant_id,
        null::varchar as zoom_user_id,
        rows.email,
        rows.run_id,
        min(rows.registered_at) as event_time
    from raw.registrants as rows
    inner join captures using (capture_id)
    group by all
),
events as (
    select * from attended
    union all
    select * from registered
),
arrivals as (
    select
        account_id,
        registrant_id,
        zoom_user_id,
        email,
        -- Run ids sort by time; the first event's milliseconds, of fixed width, decide within
        -- a run.
        concat(run_id, '|', lpad(coalesce(epoch_ms(event_time), 999999999999999)::varchar, 15, '0'))
            as arrival
    from events
),
keys as (
    select account_id, 'registrant' as kind, registrant_id as value, arrival
    from arrivals
    where registrant_id is not null
    union all
    select account_id, 'user' as kind, zoom_user_id as value, arrival
    from arrivals
    where zoom_user_id is not null
    union all
    select account_id, 'email' as kind, lower(email) as value, arrival
    from arrivals
    where email is not null
),
cleaned as (
    select * replace (nullif(trim(replace(value, chr(0), '')), '') as value)
    from keys
),
final as (
    select
        account_id,
        kind,
        value as key,
        min(arrival) as arrival,
        (hash(account_id, kind, value) & 2147483647)::int as key_hash
    from cleaned
    group by account_id, kind, value
    -- As a condition on rows, every value would be cleaned twice.
    having count(value) > 0
)
select * from final

-- One row per account, kind of strong key and key: when it first arrived in the raw zone, in
-- whatever capture. Person ids hang on this order, so it looks at every capture, not only the best:
-- nothing that arrives later can change what arrived first. `key_id` is the id that somebody with
-- this key alone has, and what the key is known by from here on. A table while building: it looks
-- at all captures; what it says is kept in intermediate.person_keys_identified.
with
captured as (
    select capture_id, account_id, run_id
    from staging.captures
    where stream in ('participants', 'registrants')
),
runs as (
    select
        run_id,
        account_id,
        row_number() over (order by account_id, run_id) as run_number,
        dense_rank() over (order by account_id)::int as account_number,
        -- A run's id begins with its time.
        coalesce(
            epoch_ms(try_strptime(split_part(run_id, 'Z', 1), '%Y%m%dT%H%M%S%g')), 0
        )::hugeint as run_ms
    from captured
    group by account_id, run_id
),
captures as (
    select captured.capture_id, runs.account_number, runs.run_number << 43 as run_bits
    from captured
    inner join runs using (account_id, run_id)
),
events as not materialized (
    select capture_id, registrant_id, zoom_user_id, email, join_time as event_time
    from raw.participants
    union all
    select capture_id, registrant_id, null, email, registered_at from raw.registrants
),
-- Run ids sort by time; the first event's milliseconds decide within a run. Both are one number,
-- of which the lower 43 bits are the milliseconds, all of them set where no time is known. To look
-- at a text is cheaper than to clean it.
dated as not materialized (
    select
        captures.account_number,
        case
            when contains(events.registrant_id, chr(0)) or starts_with(events.registrant_id, ' ')
                or ends_with(events.registrant_id, ' ')
                then trim(replace(events.registrant_id, chr(0), ''))
            else events.registrant_id
        end as registrant_id,
        case
            when contains(events.zoom_user_id, chr(0)) or starts_with(events.zoom_user_id, ' ')
                or ends_with(events.zoom_user_id, ' ')
                then trim(replace(events.zoom_user_id, chr(0), ''))
            else events.zoom_user_id
        end as zoom_user_id,
        case
            when contains(events.email, chr(0)) or starts_with(events.email, ' ')
                or ends_with(events.email, ' ')
                then trim(replace(lower(events.email), chr(0), ''))
            else lower(events.email)
        end as email,
        -- greatest() passes over what is null.
        captures.run_bits + least(
            greatest(coalesce(epoch_ms(events.event_time), (1 << 43::bigint) - 1), 0),
            (1 << 43::bigint) - 1
        ) as arrival
    from events
    inner join captures using (capture_id)
),
-- All kinds in one reading of the files.
keys as (
    select
        case
            when grouping(registrant_id) = 0 then 'registrant'
            when grouping(zoom_user_id) = 0 then 'user'
            else 'email'
        end as kind,
        coalesce(registrant_id, zoom_user_id, email) as key,
        min(arrival) as arrival
    from dated
    group by grouping sets (
        (account_number, registrant_id), (account_number, zoom_user_id), (account_number, email)
    )
),
final as (
    select
        runs.account_id,
        keys.kind,
        keys.key,
        -- Two numbers in one, the milliseconds of the run and of the event, so that arrivals in any
        -- two builds compare.
        runs.run_ms * (1::hugeint << 43) + (keys.arrival & ((1 << 43::bigint) - 1)) as arrival,
        unhex(md5(concat_ws('|', 'person', runs.account_id, keys.kind, keys.key)))::uuid as key_id
    from keys
    inner join runs on runs.run_number = keys.arrival >> 43
    where keys.key <> ''
)
select * from final

-- One row per account, kind of strong key and key: when it first arrived in the raw zone, in
-- whatever capture. Person ids hang on this order, so it looks at every capture, not only the best:
-- nothing that arrives later can change what arrived first. `key_id` is the id that somebody with
-- this key alone has, and what the key is known by from here on. A table while building: it looks
-- at all captures; what it says is kept in intermediate.person_keys_identified.
with
runs as (
    select run_id, row_number() over (order by run_id) as run_number
    from staging.captures
    where stream in ('participants', 'registrants')
    group by run_id
),
captures as (
    select captures.capture_id, captures.account_id, runs.run_number << 43 as run_bits
    from staging.captures as captures
    inner join runs using (run_id)
    where captures.stream in ('participants', 'registrants')
),
events as not materialized (
    select capture_id, registrant_id, zoom_user_id, email, join_time as event_time
    from raw.participants
    union all
    select capture_id, registrant_id, null, email, registered_at from raw.registrants
),
-- Run ids sort by time; the first event's milliseconds decide within a run. Both are one number,
-- of which the lower 43 bits are the milliseconds, all of them set where no time is known.
dated as not materialized (
    select
        captures.account_id,
        events.registrant_id,
        events.zoom_user_id,
        events.email,
        captures.run_bits + coalesce(
            least(greatest(epoch_ms(events.event_time), 0), (1 << 43::bigint) - 1),
            (1 << 43::bigint) - 1
        ) as arrival
    from events
    inner join captures using (capture_id)
),
-- Each kind by itself: few columns to compare, and most of what is the same is the same here.
keys as (
    select account_id, 'registrant' as kind, registrant_id as value, min(arrival) as arrival
    from dated
    where registrant_id is not null
    group by account_id, registrant_id
    union all
    select account_id, 'user', zoom_user_id, min(arrival)
    from dated
    where zoom_user_id is not null
    group by account_id, zoom_user_id
    union all
    select account_id, 'email', lower(email), min(arrival)
    from dated
    where email is not null
    group by account_id, lower(email)
),
cleaned as (
    select
        account_id,
        kind,
        -- To look at a text is cheaper than to clean it.
        nullif(
            case
                when contains(value, chr(0)) or starts_with(value, ' ') or ends_with(value, ' ')
                    then trim(replace(value, chr(0), ''))
                else value
            end,
            ''
        ) as value,
        arrival
    from keys
),
first_arrivals as (
    select account_id, kind, value as key, min(arrival) as arrival
    from cleaned
    group by account_id, kind, value
    -- As a condition on rows, every value would be cleaned twice.
    having count(value) > 0
),
final as (
    select
        first_arrivals.account_id,
        first_arrivals.kind,
        first_arrivals.key,
        -- Of fixed width, so that arrivals in any two builds compare as texts.
        concat(
            runs.run_id,
            '|',
            case
                when first_arrivals.arrival & ((1 << 43::bigint) - 1) = (1 << 43::bigint) - 1
                    then '999999999999999'
                else lpad(
                    (first_arrivals.arrival & ((1 << 43::bigint) - 1))::varchar, 15, '0'
                )
            end
        ) as arrival,
        md5(concat_ws('|', 'person', first_arrivals.account_id, first_arrivals.kind,
            first_arrivals.key))::uuid as key_id
    from first_arrivals
    inner join runs on runs.run_number = first_arrivals.arrival >> 43
)
select * from final

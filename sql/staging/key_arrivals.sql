-- One row per account, kind of strong key and key: when it first arrived in the raw zone, in
-- whatever capture. Person ids hang on this order, so it looks at every capture, not only the best:
-- nothing that arrives later can change what arrived first. `key_id` is the id that somebody with
-- this key alone has, and what the key is known by from here on. A table while building: it looks
-- at all captures; what it says is kept in intermediate.person_keys_identified.
with
captures as (
    select capture_id, account_id
    from staging.captures
    where stream in ('participants', 'registrants')
),
events as (
    select capture_id, registrant_id, zoom_user_id, email, run_id, join_time as event_time
    from raw.participants
    union all
    select capture_id, registrant_id, null, email, run_id, registered_at from raw.registrants
),
-- Each kind by itself: few columns to compare, and most of what is the same is the same here.
keys as (
    select captures.account_id, 'registrant' as kind, events.registrant_id as value,
        events.run_id, min(events.event_time) as event_time
    from events
    inner join captures using (capture_id)
    where events.registrant_id is not null
    group by all
    union all
    select captures.account_id, 'user', events.zoom_user_id, events.run_id, min(events.event_time)
    from events
    inner join captures using (capture_id)
    where events.zoom_user_id is not null
    group by all
    union all
    select captures.account_id, 'email', lower(events.email), events.run_id, min(events.event_time)
    from events
    inner join captures using (capture_id)
    where events.email is not null
    group by all
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
        -- Run ids sort by time; the first event's milliseconds, of fixed width, decide within
        -- a run.
        concat(run_id, '|', lpad(coalesce(epoch_ms(event_time), 999999999999999)::varchar, 15, '0'))
            as arrival
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
    select *, md5(concat_ws('|', 'person', account_id, kind, key))::uuid as key_id
    from first_arrivals
)
select * from final

-- One row per participant row as Zoom reported it, of the best capture of each instance: duplicates
-- that Zoom sent and waiting-room rows are still here. What a page repeats after a crash (same
-- capture, page and row) is not. The dashboard has no status: there the reason of leaving tells the
-- waiting room.
with
-- Not materialized, or whoever needs a few columns of this view would wait for all of them.
captures as not materialized (
    select
        capture_id, account_id, subject, webinar_id, instance_uuid, finished_at, captured_rows
    from staging.captures
    where stream = 'participants' and is_best
),
-- Captures with other than as many rows as were captured: only there is a page looked for that
-- came twice.
odd_captures as not materialized (
    select captures.capture_id
    from raw.participants as rows
    inner join captures using (capture_id)
    group by captures.capture_id
    having count(*) is distinct from any_value(captures.captured_rows)
),
believed as (
    select * from raw.participants as rows anti join odd_captures using (capture_id)
    union all
    select *
    from raw.participants as rows
    semi join odd_captures using (capture_id)
    qualify row_number() over (
        partition by capture_id, page_number, row_number order by fetched_at
    ) = 1
),
-- Of what differs from row to row, and of what rows are chosen by, looking at a text is cheaper
-- than cleaning it.
rows as (
    select
        * replace (
            case
                when contains(user_id, chr(0)) or starts_with(user_id, ' ')
                    or ends_with(user_id, ' ')
                    then trim(replace(user_id, chr(0), ''))
                else user_id
            end as user_id,
            case
                when contains(zoom_user_id, chr(0)) or starts_with(zoom_user_id, ' ')
                    or ends_with(zoom_user_id, ' ')
                    then trim(replace(zoom_user_id, chr(0), ''))
                else zoom_user_id
            end as zoom_user_id,
            case
                when contains(registrant_id, chr(0)) or starts_with(registrant_id, ' ')
                    or ends_with(registrant_id, ' ')
                    then trim(replace(registrant_id, chr(0), ''))
                else registrant_id
            end as registrant_id,
            case
                when contains(name, chr(0)) or starts_with(name, ' ')
                    or ends_with(name, ' ')
                    then trim(replace(name, chr(0), ''))
                else name
            end as name,
            case
                when contains(email, chr(0)) or starts_with(email, ' ')
                    or ends_with(email, ' ')
                    then trim(replace(email, chr(0), ''))
                else email
            end as email,
            case
                when contains(status, chr(0)) or starts_with(status, ' ')
                    or ends_with(status, ' ')
                    then trim(replace(status, chr(0), ''))
                else status
            end as status
        )
    from believed
),
final as (
    select
        captures.account_id,
        captures.subject,
        coalesce(captures.webinar_id, rows.webinar_id) as webinar_id,
        coalesce(captures.instance_uuid, rows.instance_uuid) as instance_uuid,
        nullif(rows.user_id, '') as user_id,
        nullif(rows.zoom_user_id, '') as zoom_user_id,
        nullif(rows.registrant_id, '') as registrant_id,
        nullif(rows.name, '') as name,
        nullif(lower(rows.email), '') as email,
        rows.join_time,
        rows.leave_time,
        rows.duration_seconds,
        coalesce(
            nullif(rows.status, ''),
            case
                when lower(trim(rows.leave_reason, ' .')) in (
                    'leave waiting room', 'removed by host from waiting room'
                )
                    then 'in_waiting_room'
            end
        ) as status,
        nullif(trim(replace(rows.role, chr(0), '')), '') as role,
        nullif(trim(replace(rows.customer_key, chr(0), '')), '') as customer_key,
        nullif(trim(replace(rows.breakout_room_id, chr(0), '')), '') as breakout_room_id,
        nullif(trim(replace(rows.participant_uuid, chr(0), '')), '') as participant_uuid,
        nullif(trim(replace(rows.device, chr(0), '')), '') as device,
        nullif(trim(replace(rows.leave_reason, chr(0), '')), '') as leave_reason,
        rows.is_internal,
        rows.is_failover,
        nullif(trim(replace(rows.country, chr(0), '')), '') as country,
        rows.source_endpoint,
        rows.run_id,
        rows.capture_id,
        rows.page_number,
        rows.row_number,
        captures.finished_at as captured_at
    from rows
    inner join captures using (capture_id)
)
select * from final

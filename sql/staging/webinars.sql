-- One row per webinar and route (`users` listing or `webinars` details): the latest that was ever
-- read of it. `is_listed`: the best capture of that route still has it. A details capture that a
-- later refusal followed (deleted, expired) does not list it any more.
with
captures as (
    select
        *,
        max(finished_at) over (partition by account_id, subject) as last_finished_at
    from staging.captures
    where stream = 'webinars'
),
rows as (
    select * from raw.webinars
),
final as (
    select
        captures.account_id,
        rows.webinar_id,
        nullif(trim(replace(rows.topic, chr(0), '')), '') as topic,
        rows.webinar_type,
        nullif(trim(replace(rows.host_id, chr(0), '')), '') as host_id,
        nullif(lower(trim(replace(rows.host_email, chr(0), ''))), '') as host_email,
        rows.start_time,
        rows.duration_minutes,
        nullif(trim(replace(rows.timezone, chr(0), '')), '') as timezone,
        rows.created_at,
        rows.approval_type,
        rows.registration_type,
        rows.occurrences,
        captures.is_best and (
            rows.source_endpoint = 'users' or captures.finished_at = captures.last_finished_at
        ) as is_listed,
        rows.source_endpoint,
        rows.run_id,
        captures.finished_at as captured_at
    from rows
    inner join captures using (capture_id)
    where rows.webinar_id is not null
    qualify row_number() over (
        partition by captures.account_id, rows.webinar_id, rows.source_endpoint
        order by captures.finished_at desc, rows.capture_id desc, rows.page_number, rows.row_number
    ) = 1
)
select * from final

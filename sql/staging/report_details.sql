-- One row per instance that Zoom reported in detail, of the best capture.
-- Kept as a table: users who change are looked for here.
with
captures as (
    select capture_id, account_id, subject, webinar_id, instance_uuid, finished_at
    from staging.captures
    where stream = 'report_details' and is_best
),
rows as (
    select * from raw.report_details
),
final as (
    select
        captures.account_id,
        captures.subject,
        coalesce(captures.webinar_id, rows.webinar_id) as webinar_id,
        coalesce(captures.instance_uuid, rows.instance_uuid) as instance_uuid,
        nullif(trim(replace(rows.zoom_uuid, chr(0), '')), '') as zoom_uuid,
        nullif(trim(replace(rows.topic, chr(0), '')), '') as topic,
        rows.meeting_type,
        nullif(lower(trim(replace(rows.host_email, chr(0), ''))), '') as host_email,
        nullif(trim(replace(rows.host_name, chr(0), '')), '') as host_name,
        rows.start_time,
        rows.end_time,
        rows.duration_minutes,
        rows.total_minutes,
        rows.participants_count,
        nullif(trim(replace(rows.department, chr(0), '')), '') as department,
        rows.source_endpoint,
        rows.run_id,
        rows.capture_id,
        rows.page_number,
        rows.row_number,
        captures.finished_at as captured_at
    from rows
    inner join captures using (capture_id)
    qualify row_number() over (
        partition by rows.capture_id, rows.page_number, rows.row_number order by rows.fetched_at
    ) = 1
)
select * from final

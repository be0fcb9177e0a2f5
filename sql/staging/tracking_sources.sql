-- One row per tracking source of a webinar, of the best capture.
with
captures as (
    select capture_id, account_id, subject, webinar_id, instance_uuid, finished_at
    from staging.captures
    where stream = 'tracking_sources' and is_best
),
rows as (
    select * from raw.tracking_sources
),
final as (
    select
        captures.account_id,
        captures.subject,
        coalesce(captures.webinar_id, rows.webinar_id) as webinar_id,
        coalesce(captures.instance_uuid, rows.instance_uuid) as instance_uuid,
        nullif(trim(replace(rows.tracking_source_id, chr(0), '')), '') as tracking_source_id,
        nullif(trim(replace(rows.source_name, chr(0), '')), '') as source_name,
        rows.registrations_count,
        rows.visitors_count,
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

-- One row per instance and route that ever saw it: the latest row of that route. Not only of best
-- captures: what a route once listed did happen, also after it fell out of Zoom's window.
with
captures as (
    select capture_id, account_id, finished_at from staging.captures where stream = 'instances'
),
csv_instances as (
    select * from staging.csv_instances
),
rows as (
    select *, coalesce(zoom_uuid, instance_uuid) as seen_uuid from raw.instances
),
final as (
    select
        coalesce(csv_instances.account_id, captures.account_id) as account_id,
        coalesce(csv_instances.instance_uuid, rows.seen_uuid) as instance_uuid,
        rows.webinar_id,
        nullif(trim(replace(rows.topic, chr(0), '')), '') as topic,
        rows.meeting_type,
        nullif(trim(replace(rows.host_id, chr(0), '')), '') as host_id,
        nullif(lower(trim(replace(rows.host_email, chr(0), ''))), '') as host_email,
        rows.start_time,
        rows.end_time,
        rows.duration_minutes,
        rows.participants_count,
        rows.unique_viewers,
        rows.max_concurrent_views,
        rows.registrants_count,
        rows.total_users,
        nullif(trim(replace(rows.occurrence_id, chr(0), '')), '') as occurrence_id,
        rows.source_endpoint,
        rows.run_id,
        captures.finished_at as captured_at
    from rows
    inner join captures using (capture_id)
    left join csv_instances
        on csv_instances.csv_uuid = rows.seen_uuid
            and csv_instances.imported_account_id = rows.account_id
    where rows.seen_uuid is not null
    qualify row_number() over (
        partition by
            coalesce(csv_instances.account_id, captures.account_id),
            coalesce(csv_instances.instance_uuid, rows.seen_uuid),
            rows.source_endpoint
        order by captures.finished_at desc, rows.capture_id desc, rows.page_number, rows.row_number
    ) = 1
)
select * from final

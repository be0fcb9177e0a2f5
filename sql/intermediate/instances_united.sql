-- One row per instance that any route saw or any capture is about, in the order of account and
-- uuid. Each fact comes from the best route that has it: account history, detail report, per-user
-- report, dashboard, past instances, CSV. `instance_key` is a dense number for joins inside a
-- build; `instance_id` is the id of the warehouse.
with
instances as (
    select * from staging.instances
),
report_details as (
    select * from staging.report_details
),
captures as (
    select * from staging.captures where instance_uuid is not null
),
sightings as (
    select
        account_id, instance_uuid, webinar_id, topic, host_id, host_email, start_time, end_time,
        duration_minutes, participants_count, unique_viewers, max_concurrent_views, occurrence_id,
        source_endpoint as route,
        case source_endpoint
            when 'history_meetings' then 1
            when 'user_reports' then 3
            when 'metrics' then 4
            when 'past_webinars' then 5
            when 'csv' then 6
            else 7
        end as route_order
    from instances
    union all
    select
        account_id, coalesce(instance_uuid, zoom_uuid), webinar_id, topic, null, host_email,
        start_time,
            end_time,
        duration_minutes, participants_count, null, null, null, null, 2
    from report_details
    union all
    select
        account_id, instance_uuid, webinar_id, null, null, null, instance_start, null,
        null, null, null, null, null, null, 8
    from captures
),
united as (
    select
        account_id,
        instance_uuid,
        coalesce(first(webinar_id order by route_order, webinar_id)
            filter (where webinar_id is not null), 0)
            as webinar_id,
        first(topic order by route_order, topic) filter (where topic is not null) as topic,
        first(host_id order by route_order, host_id) filter (where host_id is not null) as host_id,
        first(host_email order by route_order, host_email)
            filter (where host_email is not null) as host_email,
        first(start_time order by route_order, start_time)
            filter (where start_time is not null) as start_time,
        first(end_time order by route_order, end_time desc)
            filter (where end_time is not null) as end_time,
        first(duration_minutes order by route_order, duration_minutes desc)
            filter (where duration_minutes is not null) as reported_duration_minutes,
        first(participants_count order by route_order, participants_count desc)
            filter (where participants_count is not null) as reported_participants,
        first(unique_viewers order by route_order, unique_viewers desc)
            filter (where unique_viewers is not null) as reported_unique_viewers,
        first(max_concurrent_views order by route_order, max_concurrent_views desc)
            filter (where max_concurrent_views is not null) as reported_peak_viewers,
        first(occurrence_id order by route_order, occurrence_id)
            filter (where occurrence_id is not null) as occurrence_id,
        string_agg(distinct route, ', ' order by route) as discovered_by
    from sightings
    where instance_uuid is not null
    group by account_id, instance_uuid
),
captured_from as (
    select account_id, instance_uuid, string_agg(distinct source_endpoint, ', '
        order by source_endpoint) as sources
    from captures
    group by account_id, instance_uuid
),
final as (
    select
        row_number() over (order by united.account_id, united.instance_uuid) as instance_key,
        md5(concat_ws('|', 'instance', united.account_id, united.instance_uuid))::uuid
            as instance_id,
        md5(concat_ws('|', 'webinar', united.account_id, united.webinar_id))::uuid as webinar_id,
        united.webinar_id as zoom_webinar_id,
        united.* exclude (webinar_id, discovered_by),
        epoch_ms(united.start_time) as start_ms,
        case when united.end_time > united.start_time then epoch_ms(united.end_time) end as end_ms,
        coalesce(united.discovered_by, captured_from.sources, 'unknown') as discovered_by
    from united
    left join captured_from using (account_id, instance_uuid)
)
select * from final

-- One row per instance, source and figure that Zoom reports about the instance as a whole, in
-- Zoom's own words: `stream` and `source_endpoint` say where it stands.
with
sightings as (
    select
        account_id,
        instance_uuid,
        'instances' as stream,
        source_endpoint,
        participants_count::bigint as participants_count,
        unique_viewers::bigint as unique_viewers,
        max_concurrent_views::bigint as max_concurrent_views,
        registrants_count::bigint as registrants_count,
        total_users::bigint as total_users
    from staging.instances
    union all
    select
        account_id,
        coalesce(instance_uuid, zoom_uuid) as instance_uuid,
        'report_details' as stream,
        source_endpoint,
        max(participants_count)::bigint,
        null,
        null,
        null,
        null
    from staging.report_details
    group by account_id, coalesce(instance_uuid, zoom_uuid), source_endpoint
),
final as (
    unpivot sightings
    on participants_count, unique_viewers, max_concurrent_views, registrants_count, total_users
    into name figure value promised
)
select * from final

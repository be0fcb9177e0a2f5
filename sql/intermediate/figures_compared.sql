-- One row per instance, source and figure that Zoom reports about the instance as a whole, with the
-- figure of ours that counts the same: joins with connections, viewers with attendees who did not
-- come by telephone only, the registrations of a CSV report with those it lists. `captured` is null
-- where the participants were not captured.
with
reported as (
    select * from intermediate.figures_reported
),
instances as (
    select * from marts.zoom_webinar_instances
),
csv_registrants as (
    select
        csv_instances.account_id,
        csv_instances.instance_uuid,
        count(distinct coalesce(
            registrants.email, concat_ws(' ', registrants.first_name, registrants.last_name)
        )) as registrants
    from staging.csv_instances as csv_instances
    inner join staging.registrants as registrants
        on registrants.account_id = csv_instances.account_id
        and registrants.subject
            = regexp_replace(csv_instances.csv_uuid, '^csv:([0-9]+):', 'webinar:\1:csv=')
    group by csv_instances.account_id, csv_instances.instance_uuid
),
measured as (
    select
        *,
        case when figure = 'total_users' or source_endpoint = 'metrics' then 'rows' else 'people'
        end as measure
    from reported
),
final as (
    select
        measured.account_id,
        instances.webinar_id,
        instances.id as instance_id,
        measured.instance_uuid,
        measured.stream,
        measured.source_endpoint,
        measured.figure,
        measured.measure,
        measured.promised,
        (case
            when measured.figure = 'registrants_count' then csv_registrants.registrants
            when instances.capture_status not in ('complete', 'empty', 'partial') then null
            when measured.measure = 'rows' then instances.connection_count
            when measured.figure = 'participants_count' then instances.actual_participant_count
            when measured.figure = 'unique_viewers' then instances.viewer_count
            when measured.figure = 'max_concurrent_views' then instances.attendee_peak_concurrent
        end)::bigint as captured,
        case when measured.figure = 'registrants_count' then 'csv' else instances.source_endpoint
        end as captured_from,
        instances.capture_status,
        instances.connection_count as joins,
        instances.attendee_count - instances.viewer_count as telephones
    from measured
    inner join instances
        on instances.account_id = measured.account_id
        and instances.zoom_uuid = measured.instance_uuid
    left join csv_registrants
        on csv_registrants.account_id = measured.account_id
        and csv_registrants.instance_uuid = measured.instance_uuid
)
select * from final

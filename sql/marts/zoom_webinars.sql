-- One row per webinar id seen anywhere: listed, run, registered for or asked about. `status` is
-- told against the latest moment of any capture, not against the clock: 'scheduled' (listed, and
-- its start or an occurrence is still to come), 'unlisted' (has a history but is listed no more),
-- else 'ended'.
with
captures as (
    select * from staging.captures
),
united_instances as (
    select * from intermediate.instances_united
),
registrants as (
    select * from marts.zoom_registrants
),
participants as (
    select * from marts.zoom_participants
),
seen as (
    select account_id, webinar_id as zoom_webinar_id from staging.webinars
    union
    select account_id, zoom_webinar_id from united_instances
    union
    select account_id, zoom_webinar_id from intermediate.registrants_merged
    union
    select account_id, webinar_id from captures where webinar_id is not null
),
described as (
    select * from intermediate.webinars_described
),
history as (
    select
        account_id,
        zoom_webinar_id,
        min(start_time) as first_start_time,
        count(*) as instances,
        first(topic order by start_time desc nulls last, instance_uuid)
            filter (where topic is not null) as topic,
        first(host_id order by start_time desc nulls last, instance_uuid)
            filter (where host_id is not null)
            as host_id,
        first(host_email order by start_time desc nulls last, instance_uuid)
            filter (where host_email is not null)
            as host_email
    from united_instances
    group by account_id, zoom_webinar_id
),
attendance as (
    select webinar_id, count(*) as participants, count(distinct person_id) as persons
    from participants
    group by webinar_id
),
registrations as (
    select
        webinar_id,
        count(*) filter (where status = 'approved') as approved,
        count(*) filter (where status = 'pending') as pending,
        count(*) filter (where status = 'denied') as denied,
        count(*) filter (where status = 'approved' and has_attended) as attended
    from registrants
    group by webinar_id
),
as_of as (
    select read_until from staging.reading_times
),
identified as (
    select *, md5(concat_ws('|', 'webinar', account_id, zoom_webinar_id))::uuid as id from seen
),
final as (
    select
        identified.id,
        identified.account_id,
        identified.zoom_webinar_id,
        coalesce(described.topic, history.topic) as topic,
        coalesce(described.host_id, history.host_id) as host_id,
        coalesce(described.host_email, history.host_email) as host_email,
        described.timezone,
        coalesce(described.start_time, described.first_start_time, history.first_start_time)
            as start_time,
        described.scheduled_duration::int as scheduled_duration,
        described.webinar_type::int as webinar_type,
        case
            when described.scheduled_until > as_of.read_until then 'scheduled'
            when coalesce(described.is_listed, false) then 'ended'
            else 'unlisted'
        end as status,
        coalesce(described.approval_type in (0, 1), coalesce(registrations.approved, 0) > 0)
            as has_registration,
        coalesce(registrations.approved, 0)::int as total_registrants,
        coalesce(registrations.pending, 0)::int as pending_registrants,
        coalesce(registrations.denied, 0)::int as denied_registrants,
        coalesce(registrations.attended, 0)::int as registrants_attended,
        coalesce(history.instances, 0)::int as instance_count,
        coalesce(attendance.participants, 0)::int as actual_participant_count,
        coalesce(attendance.persons, 0)::int as unique_participant_count
    from identified
    left join described using (account_id, zoom_webinar_id)
    left join history using (account_id, zoom_webinar_id)
    left join attendance on attendance.webinar_id = identified.id
    left join registrations on registrations.webinar_id = identified.id
    cross join as_of
)
select * from final order by id

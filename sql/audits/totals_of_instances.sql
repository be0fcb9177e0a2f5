-- The figures of an instance are the sums of its participants' figures.
with
instances as (
    select * from marts.zoom_webinar_instances
),
participants as (
    select
        instance_id,
        count(*) as participants,
        count(*) filter (where role = 'attendee') as attendees,
        sum(connection_count) as connections,
        sum(session_count) as sessions,
        sum(total_duration) as total_duration,
        sum(connected_duration) as connected_duration
    from marts.zoom_participants
    group by instance_id
),
final as (
    select instances.id, instances.actual_participant_count, participants.participants
    from instances
    left join participants on participants.instance_id = instances.id
    where
        instances.actual_participant_count <> coalesce(participants.participants, 0)
        or instances.attendee_count <> coalesce(participants.attendees, 0)
        or instances.connection_count <> coalesce(participants.connections, 0)
        or instances.session_count <> coalesce(participants.sessions, 0)
        or instances.total_duration <> coalesce(participants.total_duration, 0)
        or instances.connected_duration <> coalesce(participants.connected_duration, 0)
)
select * from final order by id

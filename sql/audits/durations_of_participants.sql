-- A participant's presence is the sum of its sessions, and no more than the sum of its connections,
-- but for the second that moving to another breakout room may take.
with
participants as (
    select * from marts.zoom_participants
),
sessions as (
    select
        participant_id,
        count(*) as sessions,
        sum(duration) as duration,
        sum(connection_count) as connections
    from marts.zoom_participant_sessions
    group by participant_id
),
final as (
    select
        participants.id,
        participants.total_duration,
        sessions.duration as sessions_duration,
        participants.connected_duration,
        participants.session_count,
        sessions.sessions
    from participants
    left join sessions on sessions.participant_id = participants.id
    where
        participants.total_duration <> coalesce(sessions.duration, 0)
        or participants.connected_duration + participants.connection_count - 1
        < participants.total_duration
        or participants.session_count <> coalesce(sessions.sessions, 0)
        or participants.connection_count < coalesce(sessions.connections, 0)
        or participants.connection_count < 1
)
select * from final order by id

-- One row per session: a stretch of unbroken presence of one participant in one instance.
-- Ids begin like that of the instance, see participants_named.
with
sessions as (
    select * from intermediate.presence_merged
),
instances as (
    select instance_key, left(instance_id::varchar, 8) as id_start, instance_id, webinar_id
    from intermediate.instances_united
),
participants as (
    select participant_key, participant_id from intermediate.participants_named
),
final as (
    select
        concat(
            instances.id_start,
            substr(md5(concat_ws('|', 'session', participants.participant_id, sessions.join_ms)), 9)
        )::uuid as id,
        participants.participant_id,
        instances.instance_id,
        instances.webinar_id,
        sessions.session_number::int as session_number,
        make_timestamptz(sessions.join_ms * 1000) as join_time,
        make_timestamptz(sessions.leave_ms * 1000) as leave_time,
        sessions.duration::int as duration,
        sessions.connection_count::int as connection_count
    from sessions
    inner join instances on instances.instance_key = sessions.instance_key
    inner join participants on participants.participant_key = sessions.participant_key
)
select * from final order by instance_id, id

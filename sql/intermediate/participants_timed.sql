-- One row per participant with presence in an instance whose length is known: how its presence lies
-- in the instance, in whole seconds. What lies before the start or after the end of the instance
-- does not count towards the share attended. Late is who missed the first 5 minutes, or the first
-- tenth where that is shorter; left early is who missed as much of the end; who did not, stayed to
-- the end. Absence in between is neither.
with
sessions as (
    select * from intermediate.presence_merged
),
instances as (
    select
        *,
        start_ms // 1000 as starts_at,
        end_ms // 1000 as ends_at,
        least(300, duration / 10) as edge_seconds
    from intermediate.instances_measured
    where duration > 0
),
summed as (
    select
        sessions.participant_key,
        any_value(sessions.instance_key) as instance_key,
        min(sessions.join_ms) // 1000 as first_join,
        max(sessions.leave_ms) // 1000 as last_leave,
        sum(greatest(
            0,
            least(sessions.leave_ms // 1000, instances.ends_at)
            - greatest(sessions.join_ms // 1000, instances.starts_at)
        )) as attended_seconds
    from sessions
    inner join instances using (instance_key)
    group by sessions.participant_key
),
measured as (
    select
        summed.participant_key,
        summed.instance_key,
        summed.attended_seconds,
        summed.attended_seconds::double / instances.duration as attended_share,
        least(instances.duration, greatest(0, summed.first_join - instances.starts_at))
            as missed_start_seconds,
        least(instances.duration, greatest(0, instances.ends_at - summed.last_leave))
            as missed_end_seconds,
        instances.edge_seconds
    from summed
    inner join instances using (instance_key)
),
final as (
    select
        * exclude (edge_seconds),
        missed_start_seconds >= edge_seconds as is_late_arrival,
        missed_end_seconds >= edge_seconds as is_early_leaver
    from measured
)
select * from final

-- One row per session: a stretch of unbroken presence, the union of a participant's overlapping or
-- touching connections (half-open, gap tolerance 0). Durations are whole seconds, counted between
-- the whole seconds of both ends, so that sums agree at every grain even where Zoom gives
-- fractions.
with
presence as (
    select
        identified.participant_key,
        identified.instance_key,
        connections.connection_key,
        connections.join_ms,
        connections.leave_ms
    from intermediate.connections_cleaned as connections
    inner join intermediate.connections_identified as identified using (connection_key)
    where connections.is_presence
),
measured as (
    select
        *,
        max(leave_ms) over (
            partition by participant_key
            order by join_ms, connection_key
            rows between unbounded preceding and 1 preceding
        ) as latest_leave_ms
    from presence
),
numbered as (
    select
        *,
        count(*) filter (where latest_leave_ms is null or join_ms > latest_leave_ms) over (
            partition by participant_key
            order by join_ms, connection_key
            rows between unbounded preceding and current row
        ) as session_number
    from measured
),
final as (
    select
        participant_key,
        any_value(instance_key) as instance_key,
        session_number,
        min(join_ms) as join_ms,
        max(leave_ms) as leave_ms,
        max(leave_ms) // 1000 - min(join_ms) // 1000 as duration,
        count(*) as connection_count
    from numbered
    group by participant_key, session_number
)
select * from final

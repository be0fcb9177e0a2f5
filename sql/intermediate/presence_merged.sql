-- One row per session: a stretch of unbroken presence, the union of a participant's overlapping or
-- touching connections (half-open, gap tolerance 0). Moving into, out of or between breakout rooms
-- ends one connection and starts another, often a second later: a gap of at most a second beside a
-- connection in a room is the move and breaks nothing, so the session goes on through it. Durations
-- are whole seconds, counted between the whole seconds of both ends, so that sums agree at every
-- grain even where Zoom gives fractions. `previous_leave_ms`: when the participant's session before
-- it ended, if there was one.
with
presence as (
    select
        identified.participant_key,
        identified.instance_key,
        connections.join_ms,
        connections.leave_ms,
        connections.breakout_room_id is not null as is_in_room,
        -- By time, of one moment those in rooms first: as one number rows are sorted at half the
        -- cost. Which of those with the same number comes first makes no difference.
        connections.join_ms * 2 + (connections.breakout_room_id is null)::int as turn
    from intermediate.connections_cleaned as connections
    inner join intermediate.connections_identified as identified using (connection_key)
    where connections.is_presence
),
measured as (
    select
        *,
        max(leave_ms) over before as latest_leave_ms,
        max(leave_ms) filter (where is_in_room) over before as latest_room_leave_ms
    from presence
    window before as (
        partition by participant_key
        order by turn
        rows between unbounded preceding and 1 preceding
    )
),
judged as (
    select
        *,
        coalesce(
            join_ms > latest_leave_ms + case when is_in_room then 1000 else 0 end
            and coalesce(join_ms > latest_room_leave_ms + 1000, true),
            true
        ) as is_start
    from measured
),
numbered as (
    select
        *,
        count(*) filter (where is_start) over (
            partition by participant_key
            order by turn
            rows between unbounded preceding and current row
        ) as session_number
    from judged
),
final as (
    select
        participant_key,
        any_value(instance_key) as instance_key,
        session_number,
        min(join_ms) as join_ms,
        max(leave_ms) as leave_ms,
        max(leave_ms) // 1000 - min(join_ms) // 1000 as duration,
        count(*) as connection_count,
        max(latest_leave_ms) filter (where is_start) as previous_leave_ms
    from numbered
    group by participant_key, session_number
)
select * from final

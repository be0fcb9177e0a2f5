-- Sessions of a participant are positive, in order, and neither overlap nor touch.
with
sessions as (
    select
        *,
        lag(leave_time)
            over (partition by participant_id order by session_number) as previous_leave_time
    from marts.zoom_participant_sessions
),
final as (
    select id, participant_id, session_number, join_time, leave_time, previous_leave_time, duration
    from sessions
    where
        leave_time <= join_time
        or duration < 0
        or join_time <= previous_leave_time
        or (session_number = 1) <> (previous_leave_time is null)
)
select * from final order by participant_id, session_number

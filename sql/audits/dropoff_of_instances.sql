-- The tenths of an instance are ten and follow each other over its whole length; each of its
-- attendees is in one place in each; and the average present adds up to the seconds they attended.
with
instances as (
    select * from marts.zoom_webinar_instances
),
tenths as (
    select
        instance_id,
        count(*) as tenths,
        count(distinct attendees) as attendee_counts,
        max(attendees) as attendees,
        epoch_ms(max(ends_at)) // 1000 - epoch_ms(min(starts_at)) // 1000 as duration,
        sum(epoch_ms(ends_at) - epoch_ms(starts_at))
        = epoch_ms(max(ends_at)) - epoch_ms(min(starts_at)) as is_seamless,
        bool_and(not_yet_come + present + away + gone = attendees and away >= 0) as is_balanced,
        sum(average_present * (epoch_ms(ends_at) - epoch_ms(starts_at))) / 1000
            as attended_seconds
    from marts.zoom_instance_dropoff
    group by instance_id
),
attended as (
    select
        instance_id,
        count(*) filter (where session_count > 0) as attendees,
        sum(session_count) as sessions,
        sum(attended_seconds) as attended_seconds
    from marts.zoom_participants
    where role = 'attendee'
    group by instance_id
),
final as (
    select instances.id, tenths.tenths, tenths.attendees, attended.attendees as came
    from instances
    left join tenths on tenths.instance_id = instances.id
    left join attended on attended.instance_id = instances.id
    where
        (tenths.tenths is null) <> (coalesce(attended.attendees, 0) = 0
            or coalesce(instances.duration, 0) <= 0)
        or tenths.tenths <> 10
        or tenths.attendee_counts <> 1
        or tenths.attendees <> attended.attendees
        or tenths.duration <> instances.duration
        or not tenths.is_seamless
        or not tenths.is_balanced
        -- Averages are rounded, and sessions are counted between whole seconds.
        or abs(tenths.attended_seconds - attended.attended_seconds)
        > instances.duration * 0.005 + attended.sessions
)
select * from final order by id

-- One row per instance whose length is known and to which attendees came, and tenth of it, 1 to 10:
-- where its attendees are. Each of those who were present at any time at all is in one of four
-- places: not yet come, present (at any time during the tenth), away (came before, comes back
-- later), or gone for good. Hosts and panelists do not count.
with
sessions as (
    select
        sessions.*,
        lag(sessions.leave_ms) over (
            partition by sessions.participant_key order by sessions.join_ms
        ) as previous_leave_ms
    from intermediate.presence_merged as sessions
    inner join intermediate.roles_assigned as roles using (participant_key)
    where roles.role = 'attendee'
),
totals as (
    select totals.*
    from intermediate.presence_totalled as totals
    inner join intermediate.roles_assigned as roles using (participant_key)
    where roles.role = 'attendee'
),
tenths as (
    select
        instances.instance_key,
        numbers.tenth,
        start_ms + (end_ms - start_ms) * (numbers.tenth - 1) // 10 as from_ms,
        start_ms + (end_ms - start_ms) * numbers.tenth // 10 as until_ms
    from intermediate.instances_measured as instances
    cross join range(1, 11) as numbers (tenth)
    where instances.duration > 0
),
crossed as (
    select
        tenths.instance_key,
        tenths.tenth,
        -- Of several sessions of a participant in it, the first counts.
        count(*) filter (
            where coalesce(sessions.previous_leave_ms <= tenths.from_ms, true)
        ) as present,
        sum(least(sessions.leave_ms, tenths.until_ms) - greatest(sessions.join_ms, tenths.from_ms))
            as present_ms
    from tenths
    inner join sessions
        on sessions.instance_key = tenths.instance_key
        and sessions.join_ms < tenths.until_ms
        and sessions.leave_ms > tenths.from_ms
    group by tenths.instance_key, tenths.tenth
),
places as (
    select
        tenths.instance_key,
        tenths.tenth,
        any_value(tenths.from_ms) as from_ms,
        any_value(tenths.until_ms) as until_ms,
        count(*) as attendees,
        count(*) filter (where totals.first_join_ms >= tenths.until_ms) as not_yet_come,
        count(*) filter (where totals.last_leave_ms <= tenths.from_ms) as gone
    from tenths
    inner join totals on totals.instance_key = tenths.instance_key
    group by tenths.instance_key, tenths.tenth
),
final as (
    select
        places.instance_key,
        places.tenth,
        places.from_ms,
        places.until_ms,
        places.attendees,
        places.not_yet_come,
        coalesce(crossed.present, 0) as present,
        places.attendees - places.not_yet_come - coalesce(crossed.present, 0) - places.gone
            as away,
        places.gone,
        coalesce(crossed.present_ms, 0) / (places.until_ms - places.from_ms) as average_present
    from places
    left join crossed using (instance_key, tenth)
)
select * from final

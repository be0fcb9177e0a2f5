-- One row per instance whose length is known and to which attendees came, and tenth of it, 1 to 10:
-- where its attendees are. Each of those who were present at any time at all is in one of four
-- places: not yet come, present (at any time during the tenth), away (came before, comes back
-- later), or gone for good. Hosts and panelists do not count.
with
sessions as (
    select sessions.*
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
instances as (
    select instance_key, start_ms, end_ms, end_ms - start_ms as length_ms
    from intermediate.instances_measured
    where duration > 0
),
tenths as (
    select
        instances.instance_key,
        numbers.tenth,
        start_ms + length_ms * (numbers.tenth - 1) // 10 as from_ms,
        start_ms + length_ms * numbers.tenth // 10 as until_ms
    from instances
    cross join range(1, 11) as numbers (tenth)
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
-- Per attendee how many tenths, from the first on, were over when it came, and how many, from the
-- last on, had not begun when it left: counted by these two numbers first, for there are few.
edges as (
    select
        totals.instance_key,
        greatest(0, least(
            10, (10 * (totals.first_join_ms - instances.start_ms) + 9) // instances.length_ms
        )) as tenths_before,
        greatest(0, least(
            10, (10 * (instances.end_ms - totals.last_leave_ms)) // instances.length_ms
        )) as tenths_after,
        count(*) as attendees
    from totals
    inner join instances on instances.instance_key = totals.instance_key
    group by all
),
places as (
    select
        tenths.instance_key,
        tenths.tenth,
        any_value(tenths.from_ms) as from_ms,
        any_value(tenths.until_ms) as until_ms,
        sum(edges.attendees)::bigint as attendees,
        coalesce(
            sum(edges.attendees) filter (where edges.tenths_before >= tenths.tenth), 0
        )::bigint as not_yet_come,
        coalesce(
            sum(edges.attendees) filter (where edges.tenths_after > 10 - tenths.tenth), 0
        )::bigint as gone
    from tenths
    inner join edges on edges.instance_key = tenths.instance_key
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

-- One row per instance and moment at which the number of people present changes, and for the
-- scheduled ends of the instance: how many are present from then on (all roles, and attendees
-- alone), how many sessions began and ended then. Half-open: who leaves as another comes is not
-- present with them.
with
sessions as (
    select sessions.*, roles.role = 'attendee' as is_attendee
    from intermediate.presence_merged as sessions
    inner join intermediate.roles_assigned as roles using (participant_key)
),
instances as (
    select * from intermediate.instances_united
),
events as (
    select instance_key, join_ms as at_ms, 1 as joined, 0 as "left",
        is_attendee::int as attendees_change
    from sessions
    union all
    select instance_key, leave_ms, 0, 1, -(is_attendee::int) from sessions
    union all
    select instance_key, start_ms, 0, 0, 0
    from instances
    where start_ms is not null and end_ms is not null
    union all
    select instance_key, end_ms, 0, 0, 0
    from instances
    where start_ms is not null and end_ms is not null
),
moments as (
    select
        instance_key,
        at_ms,
        sum(joined)::int as joined,
        sum("left")::int as "left",
        sum(attendees_change)::int as attendees_change
    from events
    group by instance_key, at_ms
),
-- Both counts are added up as one number, all the present times 2^26 and the attendees: nobody is
-- below zero, and no instance has as many. Doubles hold it exactly, and are added up four times as
-- fast as whole numbers.
added as (
    select
        instance_key,
        at_ms,
        joined,
        "left",
        (sum(((joined - "left")::bigint * 67108864 + attendees_change)::double) over so_far)::bigint
            as both_present,
        lead(at_ms) over (partition by instance_key order by at_ms) as until_ms
    from moments
    window so_far as (
        partition by instance_key
        order by at_ms
        rows between unbounded preceding and current row
    )
),
final as (
    select
        instance_key,
        at_ms,
        joined,
        "left",
        both_present // 67108864 as present,
        both_present % 67108864 as attendees_present,
        until_ms
    from added
)
select * from final

-- When do people leave?
-- People present at each tenth of an instance, over all instances that have an end.
with

tenths as (
    select tenth from generate_series(0, 9) as series (tenth)
),

moments as (
    select
        instances.id as instance_id,
        tenths.tenth,
        epoch(instances.start_time)
        + instances.duration * tenths.tenth / 10.0 as moment
    from marts.zoom_webinar_instances as instances
    cross join tenths
    where instances.duration > 0
),

final as (
    select
        moments.tenth * 10 as percent_of_time,
        count(*) as people_present
    from moments
    inner join marts.zoom_participant_sessions as sessions
        on sessions.instance_id = moments.instance_id
        and epoch(sessions.join_time) <= moments.moment
        and epoch(sessions.leave_time) > moments.moment
    group by moments.tenth
)

select * from final
order by percent_of_time

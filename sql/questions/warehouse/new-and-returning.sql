-- How many came for the first time, and how many again, month by month (UTC)?
with

visits as (
    select
        participants.person_id,
        to_char(instances.start_time at time zone 'UTC', 'YYYY-MM') as month,
        row_number() over (
            partition by participants.person_id order by instances.start_time, instances.id
        ) as visit
    from zoom_participants as participants
    inner join zoom_webinar_instances as instances on instances.id = participants.instance_id
    where participants.role = 'attendee' and instances.start_time is not null
),

final as (
    select
        month,
        count(distinct person_id) filter (where visit = 1) as first_time,
        count(distinct person_id) filter (where visit > 1) as again
    from visits
    group by month
)

select * from final
order by month

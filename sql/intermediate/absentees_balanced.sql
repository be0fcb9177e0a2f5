-- One row per instance whose absentees were captured: approved registrants, those of them who came,
-- and those whom Zoom lists as absent. Where each occurrence has its own registration, only the
-- registrants of the instance's occurrence count. `is_comparable`: the approved registrants were
-- captured too, and it is known which of them the instance was for.
with
judged as (
    select * from intermediate.captures_judged
),
registrants as (
    select * from intermediate.registrants_merged where status = 'approved'
),
absent as (
    select
        instances.instance_key,
        instances.account_id,
        instances.instance_uuid,
        instances.zoom_webinar_id,
        instances.occurrence_id,
        judged.source_endpoint,
        judged.captured as absentees
    from judged
    inner join intermediate.instances_united as instances
        on instances.account_id = judged.account_id
        and instances.instance_uuid = judged.instance_uuid
    where judged.stream = 'absentees' and judged.status in ('complete', 'empty')
),
listings as (
    select account_id, zoom_webinar_id, bool_and(status in ('complete', 'empty')) as is_whole
    from judged
    where stream = 'registrants'
        and contains(subject, ':status=approved')
        and not contains(subject, ':source=')
    group by account_id, zoom_webinar_id
),
invited as (
    select
        absent.instance_key,
        registrants.registrant_key
    from absent
    inner join registrants using (account_id, zoom_webinar_id)
    where coalesce(registrants.occurrence_id = absent.occurrence_id, true)
),
came as (
    select distinct participants.instance_key, registered.registrant_key
    from intermediate.participants_registered as registered
    inner join intermediate.participants_described as participants using (participant_key)
),
counted as (
    select
        invited.instance_key,
        count(*) as approved,
        count(came.registrant_key) as came
    from invited
    left join came using (instance_key, registrant_key)
    group by invited.instance_key
),
per_occurrence as (
    select distinct account_id, zoom_webinar_id
    from registrants
    where occurrence_id is not null
),
final as (
    select
        absent.* exclude (instance_key, zoom_webinar_id, occurrence_id),
        coalesce(counted.approved, 0) as approved,
        coalesce(counted.came, 0) as came,
        coalesce(listings.is_whole, false)
        and not (absent.occurrence_id is null and per_occurrence.account_id is not null)
            as is_comparable
    from absent
    left join counted using (instance_key)
    left join listings using (account_id, zoom_webinar_id)
    left join per_occurrence using (account_id, zoom_webinar_id)
    -- A webinar without registration has neither.
    where absent.absentees > 0 or counted.approved > 0
)
select * from final

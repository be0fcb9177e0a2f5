-- The figures of a webinar are those of its instances, participants and registrants.
with
webinars as (
    select * from marts.zoom_webinars
),
instances as (
    select webinar_id, count(*) as instances, sum(actual_participant_count) as participants
    from marts.zoom_webinar_instances
    group by webinar_id
),
participants as (
    select webinar_id, count(distinct person_id) as persons
    from marts.zoom_participants
    group by webinar_id
),
registrants as (
    select webinar_id, count(*) filter (where status = 'approved') as approved
    from marts.zoom_registrants
    group by webinar_id
),
final as (
    select webinars.id, webinars.actual_participant_count, instances.participants
    from webinars
    left join instances on instances.webinar_id = webinars.id
    left join participants on participants.webinar_id = webinars.id
    left join registrants on registrants.webinar_id = webinars.id
    where
        webinars.actual_participant_count <> coalesce(instances.participants, 0)
        or webinars.instance_count <> coalesce(instances.instances, 0)
        or webinars.unique_participant_count <> coalesce(participants.persons, 0)
        or webinars.unique_participant_count > webinars.actual_participant_count
        or webinars.total_registrants <> coalesce(registrants.approved, 0)
)
select * from final order by id

-- One row per approved registrant of a webinar that has run who took part in none of its instances:
-- as many a webinar as its no_shows in webinar_attendance_analytics. Two columns tell how sure that
-- may be called a no-show: is_certain and instances_missed.
--
-- registrant_id: Registration, see zoom_registrants.
-- account_id: Zoom account the registration belongs to.
-- webinar_id: Webinar, see zoom_webinars.
-- zoom_webinar_id: Numeric id of the webinar in Zoom.
-- topic: Topic of the webinar.
-- person_id: Person who registered, see zoom_people.
-- email: E-mail given at registration.
-- first_name: First name given at registration.
-- last_name: Last name given at registration.
-- tracking_source: Name of the tracking link they came by.
-- registered_at: When they signed up.
-- instances_missed: Instances of the webinar that ended after they signed up, or that are of the
--     occurrence they signed up for where registration is for one occurrence; 0 where they had no
--     chance to come yet. Null where it is not known when they signed up or when it ran.
-- other_webinars_attended: Other webinars the person took part in.
-- is_certain: Whether the participants of every instance were read in full (complete or empty).
--     Where false, they may have come unseen.
with

registrants as (
    select * from zoom_registrants where status = 'approved' and not has_attended
),

webinars as (
    select id, zoom_webinar_id, topic from zoom_webinars
),

people as (
    select id, webinars_attended from zoom_people
),

instances as (
    select
        webinar_id,
        occurrence_id,
        coalesce(end_time, start_time) as ended_at,
        capture_status in ('complete', 'empty') as is_captured
    from zoom_webinar_instances
),

ran as (
    select
        webinar_id,
        bool_and(is_captured) as is_certain,
        count(*) as instances,
        case when bool_and(ended_at is not null)
            then array_agg(ended_at order by ended_at)
        end as ends
    from instances
    group by webinar_id
),

ran_for_occurrence as (
    select webinar_id, occurrence_id, count(*) as instances
    from instances
    where occurrence_id is not null
    group by webinar_id, occurrence_id
),

final as (
    select
        registrants.id as registrant_id,
        registrants.account_id,
        registrants.webinar_id,
        webinars.zoom_webinar_id,
        webinars.topic,
        registrants.person_id,
        registrants.email,
        registrants.first_name,
        registrants.last_name,
        registrants.tracking_source,
        registrants.registered_at,
        case
            when registrants.occurrence_id is not null
                then coalesce(ran_for_occurrence.instances, 0)
            -- width_bucket: how many of the sorted ends are not after the registration.
            else ran.instances - width_bucket(registrants.registered_at, ran.ends)
        end::integer as instances_missed,
        coalesce(people.webinars_attended, 0) as other_webinars_attended,
        ran.is_certain
    from registrants
    inner join webinars on webinars.id = registrants.webinar_id
    inner join ran on ran.webinar_id = registrants.webinar_id
    left join ran_for_occurrence
        on ran_for_occurrence.webinar_id = registrants.webinar_id
        and ran_for_occurrence.occurrence_id = registrants.occurrence_id
    left join people on people.id = registrants.person_id
)

select * from final

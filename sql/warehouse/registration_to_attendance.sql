-- One row per approved registrant who took part in an instance of the webinar, in whatever role:
-- how long before their first coming they signed up. Of no-shows see registrant_no_shows.
--
-- registrant_id: Registration, see zoom_registrants.
-- account_id: Zoom account the registration belongs to.
-- webinar_id: Webinar, see zoom_webinars.
-- zoom_webinar_id: Numeric id of the webinar in Zoom.
-- topic: Topic of the webinar.
-- person_id: Person who registered, see zoom_people.
-- tracking_source: Name of the tracking link they came by.
-- registered_at: When they signed up; null where the source does not say.
-- first_instance_id: First instance they took part in, see zoom_webinar_instances.
-- first_join_time: Their first join in it.
-- lead_seconds: Seconds from registered_at to first_join_time; below 0 where they signed up while
--     they were already in. Null where registered_at is.
-- lead_days: The same in days, with a fraction.
-- lead: The same in words, for grouping: 1 same hour, 2 same day (within 24 hours), 3 within a
--     week, 4 within a month (30 days), 5 earlier. The number makes it sort.
-- instances_attended: Instances of the webinar they took part in.
with

registrants as (
    select * from zoom_registrants where status = 'approved' and has_attended
),

webinars as (
    select id, zoom_webinar_id, topic from zoom_webinars
),

arrivals as (
    select distinct on (registrant_id)
        registrant_id,
        instance_id,
        first_join_time
    from zoom_participants
    where registrant_id is not null
    order by registrant_id, first_join_time, instance_id
),

measured as (
    select
        registrants.*,
        webinars.zoom_webinar_id,
        webinars.topic,
        arrivals.instance_id as first_instance_id,
        arrivals.first_join_time,
        extract(epoch from arrivals.first_join_time - registrants.registered_at) as seconds
    from registrants
    inner join webinars on webinars.id = registrants.webinar_id
    inner join arrivals on arrivals.registrant_id = registrants.id
),

final as (
    select
        id as registrant_id,
        account_id,
        webinar_id,
        zoom_webinar_id,
        topic,
        person_id,
        tracking_source,
        registered_at,
        first_instance_id,
        first_join_time,
        seconds::integer as lead_seconds,
        (seconds / 86400)::numeric(10, 2) as lead_days,
        case
            when seconds < 3600 then '1 same hour'
            when seconds < 86400 then '2 same day'
            when seconds < 7 * 86400 then '3 within a week'
            when seconds < 30 * 86400 then '4 within a month'
            when seconds is not null then '5 earlier'
        end as lead,
        instances_attended
    from measured
)

select * from final

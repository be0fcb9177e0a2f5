-- Who registered and did not come?
select
    webinars.topic,
    registrants.first_name,
    registrants.last_name,
    registrants.email,
    registrants.registered_at
from zoom_registrants as registrants
inner join zoom_webinars as webinars on webinars.id = registrants.webinar_id
where
    registrants.status = 'approved'
    and not registrants.has_attended
    and webinars.instance_count > 0
order by webinars.start_time desc, webinars.id, registrants.registered_at, registrants.id

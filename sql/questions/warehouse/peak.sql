-- When were most people present at once, and how many?
select
    webinars.topic,
    instances.start_time,
    instances.peak_at,
    instances.peak_concurrent,
    instances.reported_peak_viewers
from zoom_webinar_instances as instances
inner join zoom_webinars as webinars on webinars.id = instances.webinar_id
where instances.peak_concurrent > 0
order by instances.peak_concurrent desc, instances.id
limit 20

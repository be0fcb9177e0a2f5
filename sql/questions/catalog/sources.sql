-- Which tracking links bring registrants who really come?
select
    coalesce(registrants.tracking_source, '(none)') as source,
    count(*) as registered,
    count(*) filter (where registrants.has_attended) as came,
    round(100.0 * count(*) filter (where registrants.has_attended) / count(*), 1) as came_percent
from marts.zoom_registrants as registrants
inner join marts.zoom_webinars as webinars on webinars.id = registrants.webinar_id
where registrants.status = 'approved' and webinars.instance_count > 0
group by registrants.tracking_source
order by registered desc, came desc, source

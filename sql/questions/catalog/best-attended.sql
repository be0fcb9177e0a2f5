-- Which webinars drew the most people?
select
    webinars.topic,
    webinars.instance_count,
    webinars.actual_participant_count as participants,
    webinars.unique_participant_count as people
from marts.zoom_webinars as webinars
where webinars.instance_count > 0
order by webinars.unique_participant_count desc, webinars.id
limit 20

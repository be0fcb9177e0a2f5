-- What share of those who registered came, webinar by webinar?
select
    webinars.topic,
    webinars.total_registrants as registered,
    webinars.registrants_attended as came,
    round(100.0 * webinars.registrants_attended / webinars.total_registrants, 1) as came_percent
from zoom_webinars as webinars
where webinars.total_registrants > 0 and webinars.instance_count > 0
order by came_percent desc, webinars.id

-- How long do people stay?
select
    least(total_duration // 900, 8) * 15 as from_minute,
    count(*) as participants
from marts.zoom_participants
where role = 'attendee' and total_duration > 0
group by from_minute
order by from_minute

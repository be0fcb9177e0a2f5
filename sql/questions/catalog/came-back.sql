-- Who left and came back most often?
select
    participants.participant_name,
    participants.session_count,
    participants.connection_count,
    participants.total_duration // 60 as minutes,
    webinars.topic
from marts.zoom_participants as participants
inner join marts.zoom_webinars as webinars on webinars.id = participants.webinar_id
where participants.session_count > 1
order by participants.session_count desc, participants.total_duration desc, participants.id
limit 20

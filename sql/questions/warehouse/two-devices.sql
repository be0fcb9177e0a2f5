-- Whose time would be counted twice, because two devices were connected at once?
select
    participants.participant_name,
    webinars.topic,
    participants.connection_count,
    participants.connected_duration as connected_seconds,
    participants.total_duration as present_seconds
from zoom_participants as participants
inner join zoom_webinars as webinars on webinars.id = participants.webinar_id
where participants.connected_duration > participants.total_duration
order by participants.connected_duration - participants.total_duration desc, participants.id
limit 20

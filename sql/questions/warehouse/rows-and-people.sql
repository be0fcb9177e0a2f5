-- How many join/leave rows did Zoom send for each instance, and how many people are they?
select
    instances.zoom_uuid,
    instances.captured_rows,
    instances.connection_count,
    instances.actual_participant_count as people
from zoom_webinar_instances as instances
where instances.captured_rows > 0
order by instances.captured_rows desc, instances.zoom_uuid collate "C"
limit 50

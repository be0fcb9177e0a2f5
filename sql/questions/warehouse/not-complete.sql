-- Of which instances is not everybody here, and why?
select
    webinars.topic,
    instances.start_time,
    audit.status,
    audit.expected,
    audit.captured,
    audit.reason
from zoom_capture_audit as audit
left join zoom_webinar_instances as instances on instances.id = audit.instance_id
left join zoom_webinars as webinars on webinars.id = audit.webinar_id
where audit.stream = 'participants' and audit.status not in ('complete', 'empty')
order by instances.start_time, audit.subject

-- Who comes again and again?
select
    display_name,
    primary_email,
    webinars_attended,
    instances_attended,
    total_duration / 3600 as hours
from zoom_people
where instances_attended > 1
order by instances_attended desc, total_duration desc, id
limit 20

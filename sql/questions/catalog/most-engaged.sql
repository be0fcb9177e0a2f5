-- Who was most engaged, on average over what they attended?
select
    people.display_name,
    people.primary_email,
    count(*) as attended,
    round(avg(participants.engagement_score), 1) as avg_engagement_score
from marts.zoom_participants as participants
inner join marts.zoom_people as people on people.id = participants.person_id
where participants.role = 'attendee' and participants.engagement_score is not null
group by people.id, people.display_name, people.primary_email
having count(*) > 1
order by avg(participants.engagement_score) desc, people.id
limit 20

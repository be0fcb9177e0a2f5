-- What did people answer in the polls?
select
    instances.zoom_uuid,
    answers.question,
    answers.answer,
    count(*) as answers
from zoom_poll_answers as answers
inner join zoom_webinar_instances as instances on instances.id = answers.instance_id
group by instances.zoom_uuid, answers.question, answers.answer
order by
    answers desc,
    instances.zoom_uuid collate "C",
    answers.question collate "C",
    answers.answer collate "C"
limit 50

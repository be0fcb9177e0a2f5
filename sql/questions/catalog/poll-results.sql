-- What did people answer in the polls?
-- Counted in the rows as Zoom sent them, of the best reading of each instance.
select
    polls.instance_uuid as zoom_uuid,
    polls.question,
    polls.answer,
    count(*) as answers
from staging.polls as polls
group by polls.instance_uuid, polls.question, polls.answer
order by answers desc, zoom_uuid, polls.question, polls.answer
limit 50

-- One row per question asked in Q&A, with the participant who gave it where that can be told.
with
answers as (
    select * from intermediate.answers_matched where kind = 'question'
),
instances as (
    select instance_key, instance_id, webinar_id from intermediate.instances_united
),
participants as (
    select participant_key, participant_id from intermediate.participants_named
),
final as (
    select
        answers.answer_id as id,
        instances.webinar_id,
        instances.instance_id,
        participants.participant_id,
        answers.name,
        answers.email,
        answers.question_id,
        answers.question,
        answers.answer,
        answers.question_status,
        answers.given_at as asked_at
    from answers
    inner join instances on instances.instance_key = answers.instance_key
    left join participants on participants.participant_key = answers.participant_key
)
select * from final order by instance_id, id

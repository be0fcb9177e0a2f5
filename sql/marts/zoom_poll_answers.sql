-- One row per poll answer, with the participant who gave it where that can be told.
-- Ids begin like that of the instance, see participants_named.
with
answers as (
    select * from intermediate.answers_matched where kind = 'poll'
),
instances as (
    select instance_key, left(instance_id::varchar, 8) as id_start, instance_id, webinar_id
    from intermediate.instances_united
),
participants as (
    select participant_key, participant_id from intermediate.participants_named
),
final as (
    select
        concat(
            instances.id_start,
            substr(
                md5(concat_ws(
                    '|',
                    'poll',
                    instances.instance_id,
                    coalesce(answers.list_id, ''),
                    coalesce(answers.question_id, ''),
                    coalesce(answers.zoom_user_id, ''),
                    coalesce(answers.email, ''),
                    coalesce(answers.name, ''),
                    coalesce(epoch_ms(answers.given_at)::varchar, ''),
                    coalesce(answers.question_status, ''),
                    md5(concat(coalesce(answers.question, ''), '|', coalesce(answers.answer, ''))),
                    answers.repetition
                )),
                9
            )
        )::uuid as id,
        instances.webinar_id,
        instances.instance_id,
        participants.participant_id,
        answers.name,
        answers.email,
        answers.list_id as polling_id,
        answers.question,
        answers.answer,
        answers.given_at as answered_at
    from answers
    inner join instances on instances.instance_key = answers.instance_key
    left join participants on participants.participant_key = answers.participant_key
)
select * from final order by instance_id, id

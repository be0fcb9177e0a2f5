-- One row per poll answer, question asked and survey answer of an instance, with the name as it is
-- compared. Stored, because most accounts have none: then nobody is looked through for who gave
-- them.
with
answers as (
    select
        'poll' as kind, account_id, instance_uuid, null as zoom_user_id, name, email,
        polling_id as list_id, null as question_id, question, answer, null as question_status,
        answered_at as given_at
    from staging.polls
    union all
    select
        'question', account_id, instance_uuid, zoom_user_id, name, email,
        null, question_id, question, answer, question_status, asked_at
    from staging.questions
    union all
    select
        'survey', account_id, instance_uuid, null, name, email,
        survey_id, question_id, question, answer, null, answered_at
    from staging.surveys
),
instances as (
    select instance_key, account_id, instance_uuid from intermediate.instances_united
),
names as (
    select name, name_key from intermediate.names_normalised where not is_generic
),
final as (
    select
        instances.instance_key,
        answers.* exclude (account_id, instance_uuid),
        names.name_key
    from answers
    inner join instances
        on instances.account_id = answers.account_id
            and instances.instance_uuid = answers.instance_uuid
    left join names on names.name = answers.name
)
select * from final

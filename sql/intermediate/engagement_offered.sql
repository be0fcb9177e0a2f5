-- One row per instance with any poll, question or survey answer: what it offered its participants.
-- Zoom says what was answered, not what was asked: a poll question, a Q&A or a survey counts as
-- offered where anybody used it, with or without a name.
with
answers as (
    select * from intermediate.answers_matched
),
final as (
    select
        instance_key,
        count(distinct {'list': list_id, 'question': question})
            filter (where kind = 'poll') as polls_offered,
        count(*) filter (where kind = 'question') > 0 as is_qa_offered,
        count(*) filter (where kind = 'survey') > 0 as is_survey_offered
    from answers
    group by instance_key
)
select * from final

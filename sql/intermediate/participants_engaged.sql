-- One row per participant: what it did and the score of it, 0 to 100: the weighted mean of its
-- inputs, each 0 to 1: the share of the instance attended, whether it stayed to the end, the share
-- of the poll questions answered, whether it asked a question, whether it answered the survey. What
-- the instance did not offer is null, is left out, and the rest weighs accordingly. No score where
-- the length of the instance is unknown.
with
participants as (
    select participant_key, instance_key from intermediate.participants_described
),
totals as (
    select * from intermediate.presence_totalled
),
timed as (
    select * from intermediate.participants_timed
),
instances as (
    select instance_key, duration > 0 as is_measured from intermediate.instances_measured
),
offered as (
    select * from intermediate.engagement_offered
),
given as (
    select
        participant_key,
        count(distinct {'list': list_id, 'question': question})
            filter (where kind = 'poll' and answer is not null)
            as polls_answered,
        count(*) filter (where kind = 'question') as questions_asked,
        count(*) filter (where kind = 'survey') > 0 as has_answered_survey
    from intermediate.answers_matched
    where participant_key is not null
    group by participant_key
),
weights as (
    select
        max(weight) filter (where input = 'attended_share') as attended_share,
        max(weight) filter (where input = 'stayed_to_end') as stayed_to_end,
        max(weight) filter (where input = 'polls_answered') as polls_answered,
        max(weight) filter (where input = 'question_asked') as question_asked,
        max(weight) filter (where input = 'survey_answered') as survey_answered
    from intermediate.engagement_weights
),
facts as (
    select
        participants.participant_key,
        participants.instance_key,
        coalesce(totals.session_count, 0) as session_count,
        coalesce(totals.total_duration, 0) as total_duration,
        case when instances.is_measured then coalesce(timed.attended_share, 0) end
            as attended_share,
        case when instances.is_measured then coalesce(timed.attended_seconds, 0) end
            as attended_seconds,
        timed.missed_start_seconds,
        timed.missed_end_seconds,
        timed.is_late_arrival,
        timed.is_early_leaver,
        coalesce(not timed.is_early_leaver, false) as has_stayed_to_end,
        coalesce(offered.polls_offered, 0) as polls_offered,
        coalesce(given.polls_answered, 0) as polls_answered,
        coalesce(offered.is_qa_offered, false) as is_qa_offered,
        coalesce(given.questions_asked, 0) as questions_asked,
        coalesce(offered.is_survey_offered, false) as is_survey_offered,
        coalesce(given.has_answered_survey, false) as has_answered_survey
    from participants
    inner join instances on instances.instance_key = participants.instance_key
    left join totals on totals.participant_key = participants.participant_key
    left join timed on timed.participant_key = participants.participant_key
    left join offered on offered.instance_key = participants.instance_key
    left join given on given.participant_key = participants.participant_key
),
inputs as (
    select
        *,
        case when polls_offered > 0 then least(1, polls_answered::double / polls_offered) end
            as polls_input,
        case when is_qa_offered then (questions_asked > 0)::int end as question_input,
        case when is_survey_offered then has_answered_survey::int end as survey_input
    from facts
),
weighed as (
    select
        inputs.*,
        weights.attended_share * inputs.attended_share
        + weights.stayed_to_end * inputs.has_stayed_to_end::int
        + coalesce(weights.polls_answered * inputs.polls_input, 0)
        + coalesce(weights.question_asked * inputs.question_input, 0)
        + coalesce(weights.survey_answered * inputs.survey_input, 0)
            as points,
        weights.attended_share
        + weights.stayed_to_end
        + case when inputs.polls_input is null then 0 else weights.polls_answered end
        + case when inputs.question_input is null then 0 else weights.question_asked end
        + case when inputs.survey_input is null then 0 else weights.survey_answered end
            as weight
    from inputs
    cross join weights
),
final as (
    select
        * exclude (attended_share, polls_input, question_input, survey_input, points, weight),
        round(attended_share, 4)::decimal(5, 4) as attended_share,
        round(100 * points / weight, 2)::decimal(5, 2) as engagement_score
    from weighed
)
select * from final

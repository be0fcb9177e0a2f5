-- One row per participant: what it did and the score of it, 0 to 100. Weights: share of the
-- instance attended 50, stayed to the end 15, share of the poll questions answered 15, asked a
-- question 10, answered the survey 10. What the instance did not offer (no row of it at all) is
-- left out and the rest weighs accordingly. No score where the length of the instance is unknown.
-- Stayed to the end: present within the last 5 minutes, or the last tenth where that is shorter.
with
participants as (
    select participant_key, instance_key from intermediate.participants_described
),
totals as (
    select * from intermediate.presence_totalled
),
instances as (
    select * from intermediate.instances_measured
),
answers as (
    select * from intermediate.answers_matched
),
offers as (
    select
        instance_key,
        count(distinct concat_ws('|', list_id, question))
            filter (where kind = 'poll') as poll_questions,
        count(*) filter (where kind = 'question') as questions,
        count(*) filter (where kind = 'survey') as survey_answers
    from answers
    group by instance_key
),
given as (
    select
        participant_key,
        count(distinct concat_ws('|', list_id, question))
            filter (where kind = 'poll' and answer is not null)
            as polls_answered,
        count(*) filter (where kind = 'question') as questions_asked,
        count(*) filter (where kind = 'survey') > 0 as has_answered_survey
    from answers
    where participant_key is not null
    group by participant_key
),
inputs as (
    select
        participants.participant_key,
        participants.instance_key,
        coalesce(totals.session_count, 0) as session_count,
        coalesce(totals.total_duration, 0) as total_duration,
        coalesce(given.polls_answered, 0) as polls_answered,
        coalesce(given.questions_asked, 0) as questions_asked,
        coalesce(given.has_answered_survey, false) as has_answered_survey,
        coalesce(offers.poll_questions, 0) as poll_questions,
        coalesce(offers.questions, 0) > 0 as has_questions,
        coalesce(offers.survey_answers, 0) > 0 as has_survey,
        case
            when instances.duration > 0
                then least(1.0, coalesce(totals.total_duration, 0)::double / instances.duration)
        end as attended_share,
        coalesce(
            totals.last_leave_ms > instances.end_ms - least(300000,
            (instances.end_ms - instances.start_ms) // 10),
            false
        ) as has_stayed_to_end
    from participants
    inner join instances on instances.instance_key = participants.instance_key
    left join totals on totals.participant_key = participants.participant_key
    left join offers on offers.instance_key = participants.instance_key
    left join given on given.participant_key = participants.participant_key
),
weighed as (
    select
        *,
        50 * attended_share
        + 15 * has_stayed_to_end::int
        + case when poll_questions > 0
            then 15.0 * least(1.0, polls_answered::double / poll_questions) else 0 end
        + case when has_questions then 10 * (questions_asked > 0)::int else 0 end
        + case when has_survey then 10 * has_answered_survey::int else 0 end
            as points,
        50 + 15 + 15 * (poll_questions > 0)::int + 10 * has_questions::int + 10 * has_survey::int
            as weights
    from inputs
),
final as (
    select
        participant_key,
        instance_key,
        session_count,
        total_duration,
        polls_answered,
        questions_asked,
        has_answered_survey,
        has_stayed_to_end,
        round(attended_share, 4)::decimal(5, 4) as attended_share,
        round(100 * points / weights, 2)::decimal(5, 2) as engagement_score
    from weighed
)
select * from final

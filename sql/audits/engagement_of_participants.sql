-- What stands beside a score agrees with it and with the instance: nobody answered more than was
-- offered, who was late or left early is told by the seconds missed, and presence and absence are
-- no more than the instance.
with
participants as (
    select * from marts.zoom_participants
),
instances as (
    select id, duration, polls_offered, is_qa_offered, is_survey_offered
    from marts.zoom_webinar_instances
),
final as (
    select participants.id, participants.engagement_score
    from participants
    inner join instances on instances.id = participants.instance_id
    where
        (participants.engagement_score is null) <> (coalesce(instances.duration, 0) <= 0)
        or (participants.attended_share is null) <> (participants.engagement_score is null)
        or participants.polls_offered <> instances.polls_offered
        or participants.is_qa_offered <> instances.is_qa_offered
        or participants.is_survey_offered <> instances.is_survey_offered
        or participants.polls_answered > participants.polls_offered
        or participants.questions_asked > 0 and not participants.is_qa_offered
        or participants.has_answered_survey and not participants.is_survey_offered
        or (participants.missed_start_seconds is null)
        <> (participants.session_count = 0 or participants.engagement_score is null)
        or participants.is_late_arrival
        <> (participants.missed_start_seconds >= least(300, instances.duration / 10))
        or participants.is_early_leaver
        <> (participants.missed_end_seconds >= least(300, instances.duration / 10))
        or participants.has_stayed_to_end <> coalesce(not participants.is_early_leaver, false)
        or (participants.attended_seconds is null) <> (participants.engagement_score is null)
        or participants.attended_seconds
        + coalesce(participants.missed_start_seconds + participants.missed_end_seconds, 0)
        > instances.duration
        or abs(participants.attended_share * instances.duration - participants.attended_seconds)
        > instances.duration * 0.0001
)
select * from final order by id

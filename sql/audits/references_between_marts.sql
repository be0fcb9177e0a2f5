-- Every reference between marts leads to a row: instances to webinars, participants to persons, and
-- so on.
with
webinars as (
    select id from marts.zoom_webinars
),
instances as (
    select id from marts.zoom_webinar_instances
),
people as (
    select id from marts.zoom_people
),
registrants as (
    select id from marts.zoom_registrants
),
participants as (
    select id from marts.zoom_participants
),
webinar_references as (
    select 'zoom_webinar_instances.webinar_id' as reference, webinar_id as id
    from marts.zoom_webinar_instances
    union all
    select 'zoom_registrants.webinar_id', webinar_id from marts.zoom_registrants
    union all
    select 'zoom_participants.webinar_id', webinar_id from marts.zoom_participants
    union all
    select 'zoom_participant_sessions.webinar_id', webinar_id from marts.zoom_participant_sessions
    union all
    select 'zoom_poll_answers.webinar_id', webinar_id from marts.zoom_poll_answers
    union all
    select 'zoom_questions.webinar_id', webinar_id from marts.zoom_questions
    union all
    select 'zoom_survey_answers.webinar_id', webinar_id from marts.zoom_survey_answers
    union all
    select 'zoom_capture_audit.webinar_id', webinar_id
    from marts.zoom_capture_audit
    where webinar_id is not null
    union all
    select 'zoom_capture_promises.webinar_id', webinar_id from marts.zoom_capture_promises
),
instance_references as (
    select 'zoom_participants.instance_id' as reference, instance_id as id
    from marts.zoom_participants
    union all
    select 'zoom_participant_sessions.instance_id', instance_id from marts.zoom_participant_sessions
    union all
    select 'zoom_instance_timeline.instance_id', instance_id from marts.zoom_instance_timeline
    union all
    select 'zoom_instance_dropoff.instance_id', instance_id from marts.zoom_instance_dropoff
    union all
    select 'zoom_poll_answers.instance_id', instance_id from marts.zoom_poll_answers
    union all
    select 'zoom_questions.instance_id', instance_id from marts.zoom_questions
    union all
    select 'zoom_survey_answers.instance_id', instance_id from marts.zoom_survey_answers
    union all
    select 'zoom_capture_audit.instance_id', instance_id
    from marts.zoom_capture_audit
    where instance_id is not null
    union all
    select 'zoom_capture_promises.instance_id', instance_id
    from marts.zoom_capture_promises
    where instance_id is not null
    union all
    select 'zoom_webinar_instances.restart_of_instance_id', restart_of_instance_id
    from marts.zoom_webinar_instances
    where restart_of_instance_id is not null
),
person_references as (
    select 'zoom_participants.person_id' as reference, person_id as id from marts.zoom_participants
    union all
    select 'zoom_registrants.person_id', person_id
    from marts.zoom_registrants
    where person_id is not null
    union all
    select 'zoom_person_aliases.person_id', person_id from marts.zoom_person_aliases
),
participant_references as (
    select 'zoom_participant_sessions.participant_id' as reference, participant_id as id
    from marts.zoom_participant_sessions
    union all
    select 'zoom_poll_answers.participant_id', participant_id
    from marts.zoom_poll_answers
    where participant_id is not null
    union all
    select 'zoom_questions.participant_id', participant_id
    from marts.zoom_questions
    where participant_id is not null
    union all
    select 'zoom_survey_answers.participant_id', participant_id
    from marts.zoom_survey_answers
    where participant_id is not null
),
registrant_references as (
    select 'zoom_participants.registrant_id' as reference, registrant_id as id
    from marts.zoom_participants
    where registrant_id is not null
),
final as (
    select * from webinar_references anti join webinars using (id)
    union all
    select * from instance_references anti join instances using (id)
    union all
    select * from person_references anti join people using (id)
    union all
    select * from participant_references anti join participants using (id)
    union all
    select * from registrant_references anti join registrants using (id)
)
select * from final order by reference, id

-- The grain of every mart is unique: no id, and no key of the timeline, occurs twice or is missing.
with
keys as (
    select 'zoom_webinars' as mart, id::varchar as key from marts.zoom_webinars
    union all
    select 'zoom_webinar_instances', id::varchar from marts.zoom_webinar_instances
    union all
    select 'zoom_registrants', id::varchar from marts.zoom_registrants
    union all
    select 'zoom_people', id::varchar from marts.zoom_people
    union all
    select 'zoom_person_aliases', alias_id::varchar from marts.zoom_person_aliases
    union all
    select 'zoom_participants', id::varchar from marts.zoom_participants
    union all
    select 'zoom_participant_sessions', id::varchar from marts.zoom_participant_sessions
    union all
    select 'zoom_instance_timeline', concat(instance_id, ' ', epoch_ms(minute))
    from marts.zoom_instance_timeline
    union all
    select 'zoom_instance_dropoff', concat(instance_id, ' ', tenth)
    from marts.zoom_instance_dropoff
    union all
    select 'zoom_poll_answers', id::varchar from marts.zoom_poll_answers
    union all
    select 'zoom_questions', id::varchar from marts.zoom_questions
    union all
    select 'zoom_survey_answers', id::varchar from marts.zoom_survey_answers
    union all
    select 'zoom_capture_audit', concat_ws('|', account_id, stream, subject)
    from marts.zoom_capture_audit
    union all
    select
        'zoom_capture_promises',
        concat_ws('|', account_id, subject, stream, source_endpoint, figure)
    from marts.zoom_capture_promises
),
final as (
    select mart, key, count(*) as rows
    from keys
    group by mart, key
    having count(*) > 1 or key is null
)
select * from final order by mart, key

-- The grain of every mart is unique: no id, and no key of the timeline, occurs twice or is missing.
with
ids as (
    select 'zoom_webinars' as mart, id, count(*) as rows from marts.zoom_webinars group by id
    union all
    select 'zoom_webinar_instances', id, count(*) from marts.zoom_webinar_instances group by id
    union all
    select 'zoom_registrants', id, count(*) from marts.zoom_registrants group by id
    union all
    select 'zoom_people', id, count(*) from marts.zoom_people group by id
    union all
    select 'zoom_person_aliases', alias_id, count(*)
    from marts.zoom_person_aliases
    group by alias_id
    union all
    select 'zoom_participants', id, count(*) from marts.zoom_participants group by id
    union all
    select 'zoom_participant_sessions', id, count(*)
    from marts.zoom_participant_sessions
    group by id
    union all
    select 'zoom_poll_answers', id, count(*) from marts.zoom_poll_answers group by id
    union all
    select 'zoom_questions', id, count(*) from marts.zoom_questions group by id
    union all
    select 'zoom_survey_answers', id, count(*) from marts.zoom_survey_answers group by id
),
keys as (
    select
        'zoom_instance_timeline' as mart,
        concat(instance_id, ' ', epoch_ms(minute)) as key,
        count(*) as rows
    from marts.zoom_instance_timeline
    group by instance_id, minute
    union all
    select 'zoom_instance_dropoff', concat(instance_id, ' ', tenth), count(*)
    from marts.zoom_instance_dropoff
    group by instance_id, tenth
    union all
    select 'zoom_capture_audit', concat_ws('|', account_id, stream, subject), count(*)
    from marts.zoom_capture_audit
    group by account_id, stream, subject
    union all
    select
        'zoom_capture_promises',
        concat_ws('|', account_id, subject, stream, source_endpoint, figure),
        count(*)
    from marts.zoom_capture_promises
    group by account_id, subject, stream, source_endpoint, figure
),
final as (
    select mart, id::varchar as key, rows from ids where rows > 1 or id is null
    union all
    select mart, key, rows from keys where rows > 1
)
select * from final order by mart, key

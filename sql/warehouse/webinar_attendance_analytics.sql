-- One row per webinar: who registered, who came and for how long, over all its instances.
-- Participants of every role count. Averages and the median are over participants.
--
-- id: Webinar, see zoom_webinars.
-- account_id: Zoom account the webinar belongs to.
-- zoom_webinar_id: Numeric id in Zoom.
-- topic: Topic as last seen.
-- host_id: Zoom user id of the host; zoom_webinars has the e-mail.
-- status: scheduled, ended or unlisted.
-- start_time: Scheduled start, else start of the first instance.
-- scheduled_duration: Scheduled length in minutes, as Zoom keeps it.
-- instance_count: Times it ran.
-- total_registrants: Approved registrations.
-- registrants_attended: Approved registrants who took part in any instance.
-- no_shows: Approved registrants who took part in none; null where it has not run yet or nobody
--     registered.
-- attendance_rate: Percent of approved registrants who came, 0 to 100; null where there was no
--     registration.
-- api_reported_attendees: Zoom's own participant figures of all instances, added; null where
--     Zoom gave none.
-- actual_participant_count: Participants of all its instances: who came twice counts twice.
-- unique_participant_count: Persons who came: who came twice counts once.
-- total_participant_minutes: Minutes of presence of all participants.
-- avg_attendance_minutes: Average minutes of presence of a participant.
-- median_attendance_minutes: Median minutes of presence of a participant.
-- avg_attendance_hours: Average hours of presence of a participant.
-- rejoin_rate: Percent of participants who left and came back, 0 to 100.
-- peak_concurrent: Most participants present at once in any one instance.
-- avg_engagement_score: Average engagement score of its participants, 0 to 100.
-- participant_sync_status: complete when the participants of every instance are (complete or
--     empty), also where it has not run yet; else the worst of failed, denied, expired, partial,
--     not_ready.
-- last_successful_sync: When the participants of an instance were last captured complete or
--     empty.
with

webinars as (
    select * from zoom_webinars
),

instances as (
    select * from zoom_webinar_instances
),

participants as (
    select * from zoom_participants
),

captures as (
    select * from zoom_capture_audit
    where stream = 'participants' and status in ('complete', 'empty')
),

instances_by_webinar as (
    select
        webinar_id,
        cast(sum(reported_participants) as integer) as api_reported_attendees,
        max(peak_concurrent) as peak_concurrent,
        (array['failed', 'denied', 'expired', 'partial', 'not_ready', 'complete'])[
            min(
                case capture_status
                    when 'failed' then 1
                    when 'denied' then 2
                    when 'expired' then 3
                    when 'partial' then 4
                    when 'not_ready' then 5
                    else 6
                end
            )
        ] as participant_sync_status
    from instances
    group by webinar_id
),

participants_by_webinar as (
    select
        webinar_id,
        count(*) as participant_count,
        sum(total_duration) / 60.0 as minutes,
        percentile_cont(0.5) within group (order by total_duration)::numeric / 60 as median_minutes,
        count(*) filter (where session_count > 1) as rejoined_count,
        avg(engagement_score) as engagement_score
    from participants
    group by webinar_id
),

captures_by_webinar as (
    select
        webinar_id,
        max(captured_at) as last_successful_sync
    from captures
    group by webinar_id
),

final as (
    select
        webinars.id,
        webinars.account_id,
        webinars.zoom_webinar_id,
        webinars.topic,
        webinars.host_id,
        webinars.status,
        webinars.start_time,
        webinars.scheduled_duration,
        webinars.instance_count,
        webinars.total_registrants,
        webinars.registrants_attended,
        case
            when webinars.instance_count > 0 and webinars.total_registrants > 0
                then webinars.total_registrants - webinars.registrants_attended
        end as no_shows,
        cast(
            100.0 * webinars.registrants_attended / nullif(webinars.total_registrants, 0)
            as numeric(5, 2)
        ) as attendance_rate,
        ran.api_reported_attendees,
        webinars.actual_participant_count,
        webinars.unique_participant_count,
        cast(coalesce(came.minutes, 0) as numeric(14, 2)) as total_participant_minutes,
        cast(came.minutes / came.participant_count as numeric(10, 2)) as avg_attendance_minutes,
        cast(came.median_minutes as numeric(10, 2)) as median_attendance_minutes,
        cast(came.minutes / 60 / came.participant_count as numeric(8, 4)) as avg_attendance_hours,
        cast(100.0 * came.rejoined_count / came.participant_count as numeric(5, 2)) as rejoin_rate,
        ran.peak_concurrent,
        cast(came.engagement_score as numeric(5, 2)) as avg_engagement_score,
        coalesce(ran.participant_sync_status, 'complete') as participant_sync_status,
        captures_by_webinar.last_successful_sync
    from webinars
    left join instances_by_webinar as ran on ran.webinar_id = webinars.id
    left join participants_by_webinar as came on came.webinar_id = webinars.id
    left join captures_by_webinar on captures_by_webinar.webinar_id = webinars.id
)

select * from final

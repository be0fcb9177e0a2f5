-- One row per instance: who registered for its webinar, who came to it and for how long.
-- Participants of every role count. Averages and the median are over participants.
--
-- id: Instance, see zoom_webinar_instances.
-- account_id: Zoom account the instance belongs to.
-- webinar_id: Webinar, see zoom_webinars.
-- zoom_webinar_id: Numeric id of the webinar in Zoom.
-- zoom_uuid: Uuid of the instance in Zoom.
-- instance_number: Counted from 1 by start within the webinar.
-- topic: Topic when it ran, else of the webinar.
-- host_id: Zoom user id of the host of the webinar; zoom_webinars has the e-mail.
-- start_time: Actual start.
-- end_time: Actual end.
-- duration: Seconds from start to end.
-- scheduled_duration: Scheduled length of the webinar in minutes, as Zoom keeps it.
-- total_registrants: Approved registrations of the webinar.
-- registrants_attended: Approved registrants who took part in this instance.
-- no_shows: Approved registrants who did not take part in this instance; null where nobody
--     registered.
-- attendance_rate: Percent of approved registrants who came, 0 to 100; null where there was no
--     registration.
-- api_reported_attendees: Zoom's own participant figure; null where Zoom gave none.
-- actual_participant_count: Participants in any role.
-- unique_participant_count: Persons who came.
-- attendee_count: Participants who were attendees.
-- total_participant_minutes: Minutes of presence of all participants.
-- avg_attendance_minutes: Average minutes of presence of a participant.
-- median_attendance_minutes: Median minutes of presence of a participant.
-- avg_attendance_hours: Average hours of presence of a participant.
-- rejoin_rate: Percent of participants who left and came back, 0 to 100.
-- peak_concurrent: Most participants present at once.
-- peak_at: First moment the peak was reached.
-- avg_engagement_score: Average engagement score of its participants, 0 to 100.
-- viewer_count: Attendees without those who came by telephone only.
-- reported_unique_viewers: Zoom's own count of different viewers; null where Zoom gave none.
-- reported_peak_viewers: Zoom's own peak of viewers at once; null where Zoom gave none.
-- reported_duration_minutes: Zoom's own length, in minutes rounded up; null where Zoom gave none.
-- participants_difference: actual_participant_count less api_reported_attendees. Zoom does not say
--     whether it counts people or joins, so it may differ where people came back. This and the next
--     two are null where participants were not captured.
-- viewers_difference: viewer_count less reported_unique_viewers.
-- peak_difference: Most attendees present at once less reported_peak_viewers. Zoom leaves out who
--     came by telephone only.
-- duration_difference_minutes: duration in minutes, rounded up, less reported_duration_minutes.
-- late_arrival_count: Attendees who missed the first 5 minutes or 10 percent, whichever is shorter.
-- early_leaver_count: Attendees who missed the last 5 minutes or 10 percent, whichever is shorter.
-- late_arrival_rate: late_arrival_count in percent of the attendees who were present at any time,
--     0 to 100; null where the length of the instance is unknown or nobody came.
-- early_leaver_rate: early_leaver_count in percent of the same.
-- avg_attended_percent: Average share of the instance that its attendees were present for, 0 to
--     100, over all of attendee_count.
-- participant_sync_status: complete when its participants are (complete or empty); else partial,
--     not_ready, denied, expired or failed.
-- last_successful_sync: When its participants were last captured complete or empty.
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

participants_by_instance as (
    select
        instance_id,
        count(*) as participant_count,
        count(distinct person_id) as person_count,
        sum(total_duration) / 60.0 as minutes,
        percentile_cont(0.5) within group (order by total_duration)::numeric / 60 as median_minutes,
        count(*) filter (where session_count > 1) as rejoined_count,
        avg(engagement_score) as engagement_score,
        count(*) filter (where role = 'attendee' and missed_start_seconds is not null) as timed,
        avg(attended_share) filter (where role = 'attendee') as attended_share
    from participants
    group by instance_id
),

captures_by_instance as (
    select
        instance_id,
        max(captured_at) as last_successful_sync
    from captures
    group by instance_id
),

final as (
    select
        instances.id,
        instances.account_id,
        instances.webinar_id,
        webinars.zoom_webinar_id,
        instances.zoom_uuid,
        instances.instance_number,
        coalesce(instances.topic, webinars.topic) as topic,
        webinars.host_id,
        instances.start_time,
        instances.end_time,
        instances.duration,
        webinars.scheduled_duration,
        webinars.total_registrants,
        instances.registrants_attended,
        case
            when webinars.total_registrants > 0
                then webinars.total_registrants - instances.registrants_attended
        end as no_shows,
        cast(
            100.0 * instances.registrants_attended / nullif(webinars.total_registrants, 0)
            as numeric(5, 2)
        ) as attendance_rate,
        instances.reported_participants as api_reported_attendees,
        instances.actual_participant_count,
        coalesce(came.person_count, 0)::integer as unique_participant_count,
        instances.attendee_count,
        cast(coalesce(came.minutes, 0) as numeric(14, 2)) as total_participant_minutes,
        cast(came.minutes / came.participant_count as numeric(10, 2)) as avg_attendance_minutes,
        cast(came.median_minutes as numeric(10, 2)) as median_attendance_minutes,
        cast(came.minutes / 60 / came.participant_count as numeric(8, 4)) as avg_attendance_hours,
        cast(100.0 * came.rejoined_count / came.participant_count as numeric(5, 2)) as rejoin_rate,
        instances.peak_concurrent,
        instances.peak_at,
        cast(came.engagement_score as numeric(5, 2)) as avg_engagement_score,
        instances.viewer_count,
        instances.reported_unique_viewers,
        instances.reported_peak_viewers,
        instances.reported_duration_minutes,
        case when instances.capture_status in ('complete', 'empty', 'partial')
            then instances.actual_participant_count - instances.reported_participants
        end as participants_difference,
        case when instances.capture_status in ('complete', 'empty', 'partial')
            then instances.viewer_count - instances.reported_unique_viewers
        end as viewers_difference,
        case when instances.capture_status in ('complete', 'empty', 'partial')
            then instances.attendee_peak_concurrent - instances.reported_peak_viewers
        end as peak_difference,
        (instances.duration + 59) / 60 - instances.reported_duration_minutes
            as duration_difference_minutes,
        instances.late_arrival_count,
        instances.early_leaver_count,
        (100.0 * instances.late_arrival_count / nullif(came.timed, 0))::numeric(5, 2)
            as late_arrival_rate,
        (100.0 * instances.early_leaver_count / nullif(came.timed, 0))::numeric(5, 2)
            as early_leaver_rate,
        (100 * came.attended_share)::numeric(5, 2) as avg_attended_percent,
        case instances.capture_status
            when 'empty' then 'complete'
            else instances.capture_status
        end as participant_sync_status,
        captures_by_instance.last_successful_sync
    from instances
    inner join webinars on webinars.id = instances.webinar_id
    left join participants_by_instance as came on came.instance_id = instances.id
    left join captures_by_instance on captures_by_instance.instance_id = instances.id
)

select * from final

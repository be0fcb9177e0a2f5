-- One row per instance: one time a webinar ran.
with
instances as (
    select * from intermediate.instances_united
),
measured as (
    select * from intermediate.instances_measured
),
restarted as (
    select * from intermediate.instances_restarted
),
participants as (
    select
        described.instance_key,
        count(*) as participants,
        count(*) filter (where roles.role = 'attendee') as attendees,
        count(*) filter (where roles.is_viewer) as viewers,
        count(*) filter (where roles.role = 'panelist') as panelists,
        count(*) filter (where roles.role = 'host') as hosts,
        sum(described.connection_count) as connections,
        sum(described.connected_duration) as connected_duration,
        sum(engaged.session_count) as sessions,
        sum(engaged.total_duration) as total_duration,
        median(engaged.total_duration) as median_duration,
        count(*) filter (where roles.role = 'attendee' and engaged.is_late_arrival)
            as late_arrivals,
        count(*) filter (where roles.role = 'attendee' and engaged.is_early_leaver)
            as early_leavers,
        count(distinct registered.registrant_key)
            filter (where registrants.status = 'approved') as registrants
    from intermediate.participants_described as described
    inner join intermediate.roles_assigned as roles using (participant_key)
    inner join intermediate.participants_engaged as engaged using (participant_key)
    left join intermediate.participants_registered as registered using (participant_key)
    left join intermediate.registrants_merged as registrants using (registrant_key)
    group by described.instance_key
),
peaks as (
    select * from intermediate.presence_peaked
),
offered as (
    select * from intermediate.engagement_offered
),
captures as (
    select
        account_id,
        instance_uuid,
        first(status order by captured desc, subject) as status,
        first(source_endpoint order by captured desc, subject) as source_endpoint,
        max(captured) as captured
    from intermediate.captures_judged
    where stream = 'participants'
    group by account_id, instance_uuid
),
final as (
    select
        instances.instance_id as id,
        instances.account_id,
        instances.webinar_id,
        instances.instance_uuid as zoom_uuid,
        row_number() over (
            partition by instances.webinar_id order by instances.start_time, instances.instance_uuid
        )::int as instance_number,
        restarted.restart_number,
        restarted.restart_of_instance_id,
        instances.occurrence_id,
        instances.topic,
        instances.start_time,
        instances.end_time,
        measured.duration::int as duration,
        instances.reported_duration_minutes::int as reported_duration_minutes,
        instances.reported_participants::int as reported_participants,
        instances.reported_unique_viewers::int as reported_unique_viewers,
        instances.reported_peak_viewers::int as reported_peak_viewers,
        coalesce(captures.captured, 0)::int as captured_rows,
        coalesce(participants.connections, 0)::int as connection_count,
        coalesce(participants.sessions, 0)::int as session_count,
        coalesce(participants.participants, 0)::int as actual_participant_count,
        coalesce(participants.attendees, 0)::int as attendee_count,
        coalesce(participants.viewers, 0)::int as viewer_count,
        coalesce(participants.panelists, 0)::int as panelist_count,
        coalesce(participants.hosts, 0)::int as host_count,
        coalesce(peaks.peak_concurrent, 0)::int as peak_concurrent,
        make_timestamptz(peaks.peak_at_ms * 1000) as peak_at,
        coalesce(peaks.attendee_peak_concurrent, 0)::int as attendee_peak_concurrent,
        coalesce(participants.total_duration, 0)::bigint as total_duration,
        coalesce(participants.connected_duration, 0)::bigint as connected_duration,
        coalesce(participants.registrants, 0)::int as registrants_attended,
        round(participants.median_duration)::int as median_duration,
        coalesce(participants.late_arrivals, 0)::int as late_arrival_count,
        coalesce(participants.early_leavers, 0)::int as early_leaver_count,
        coalesce(offered.polls_offered, 0)::int as polls_offered,
        coalesce(offered.is_qa_offered, false) as is_qa_offered,
        coalesce(offered.is_survey_offered, false) as is_survey_offered,
        captures.status as capture_status,
        captures.source_endpoint,
        instances.discovered_by
    from instances
    inner join measured on measured.instance_key = instances.instance_key
    inner join restarted on restarted.instance_key = instances.instance_key
    left join participants on participants.instance_key = instances.instance_key
    left join peaks on peaks.instance_key = instances.instance_key
    left join offered on offered.instance_key = instances.instance_key
    left join captures
        on captures.account_id = instances.account_id
            and captures.instance_uuid = instances.instance_uuid
)
select * from final order by webinar_id, id

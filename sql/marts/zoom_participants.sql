-- One row per participant: one person in one instance.
with
described as (
    select * from intermediate.participants_described
),
instances as (
    select instance_key, instance_id, webinar_id, account_id, start_ms
    from intermediate.instances_united
),
roles as (
    select * from intermediate.roles_assigned
),
engaged as (
    select * from intermediate.participants_engaged
),
trusted as (
    select * from intermediate.participants_trusted
),
persons as (
    select * from intermediate.participants_personified
),
registered as (
    select registered.*, registrants.registrant_row_id
    from intermediate.participants_registered as registered
    inner join intermediate.registrants_merged as registrants using (registrant_key)
),
final as (
    select
        persons.participant_id as id,
        instances.account_id,
        instances.webinar_id,
        instances.instance_id,
        persons.person_id,
        registered.registrant_row_id as registrant_id,
        described.participant_name,
        described.owned_email as participant_email,
        described.zoom_user_id,
        roles.role,
        make_timestamptz(coalesce(described.first_join_ms, instances.start_ms, 0) * 1000)
            as first_join_time,
        make_timestamptz(described.last_leave_ms * 1000) as last_leave_time,
        engaged.total_duration::int as total_duration,
        described.connected_duration::int as connected_duration,
        engaged.session_count::int as session_count,
        described.connection_count::int as connection_count,
        engaged.attended_seconds::int as attended_seconds,
        engaged.missed_start_seconds::int as missed_start_seconds,
        engaged.missed_end_seconds::int as missed_end_seconds,
        engaged.is_late_arrival,
        engaged.is_early_leaver,
        engaged.engagement_score,
        engaged.attended_share,
        engaged.has_stayed_to_end,
        engaged.polls_offered::int as polls_offered,
        engaged.polls_answered::int as polls_answered,
        engaged.is_qa_offered,
        engaged.questions_asked::int as questions_asked,
        engaged.is_survey_offered,
        engaged.has_answered_survey,
        described.identity_method,
        trusted.identity_confidence,
        described.source_endpoint
    from described
    inner join instances on instances.instance_key = described.instance_key
    inner join roles on roles.participant_key = described.participant_key
    inner join engaged on engaged.participant_key = described.participant_key
    inner join trusted on trusted.participant_key = described.participant_key
    inner join persons on persons.participant_key = described.participant_key
    left join registered on registered.participant_key = described.participant_key
)
select * from final order by instance_id, id

-- One row per webinar and tracking source by which somebody registered: how many got how far. A
-- registration belongs to one row, so rows can be added up over sources or webinars; rates cannot.
-- Each step is part of the one before it: registered, approved, attended any instance, stayed for
-- half of one, took part in it. Registrations count, so who registered twice counts twice; what a
-- registrant did counts whatever their role.
--
-- account_id: Zoom account the webinar belongs to.
-- webinar_id: Webinar, see zoom_webinars.
-- zoom_webinar_id: Numeric id of the webinar in Zoom.
-- topic: Topic of the webinar.
-- tracking_source: Name of the tracking link they came by; null where there was none.
-- registered: Registrations of any status.
-- approved: Approved registrations.
-- attended: Approved registrants who took part in any instance; null where none has run yet.
-- no_shows: Approved registrants who took part in none; null where none has run yet.
-- stayed_half: Attended registrants who were present for half of the length of an instance or more;
--     null where none has run yet or the length of none is known.
-- engaged: Of stayed_half, those who in that instance answered a poll, asked a question or answered
--     the survey; null where no instance offered any of these.
-- approval_rate: approved in percent of registered, 0 to 100.
-- attendance_rate: attended in percent of approved, 0 to 100; null where nobody was approved.
-- stayed_half_rate: stayed_half in percent of attended, 0 to 100; null where nobody attended.
-- engaged_rate: engaged in percent of stayed_half, 0 to 100; null where nobody stayed.
with

registrants as (
    select id, account_id, webinar_id, tracking_source, status = 'approved' as is_approved
    from zoom_registrants
),

webinars as (
    select id, zoom_webinar_id, topic from zoom_webinars
),

ran as (
    select
        webinar_id,
        bool_or(duration > 0) as is_measured,
        bool_or(polls_offered > 0 or is_qa_offered or is_survey_offered) as is_offered
    from zoom_webinar_instances
    group by webinar_id
),

came as (
    select
        registrant_id,
        coalesce(bool_or(attended_share >= 0.5), false) as has_stayed_half,
        coalesce(bool_or(
            attended_share >= 0.5
            and (polls_answered > 0 or questions_asked > 0 or has_answered_survey)
        ), false) as is_engaged
    from zoom_participants
    where registrant_id is not null
    group by registrant_id
),

counted as (
    select
        registrants.account_id,
        registrants.webinar_id,
        registrants.tracking_source,
        count(*) as registered,
        count(*) filter (where registrants.is_approved) as approved,
        count(came.registrant_id) filter (where registrants.is_approved) as attended,
        count(*) filter (where registrants.is_approved and came.has_stayed_half) as stayed_half,
        count(*) filter (where registrants.is_approved and came.is_engaged) as engaged
    from registrants
    left join came on came.registrant_id = registrants.id
    group by registrants.account_id, registrants.webinar_id, registrants.tracking_source
),

judged as (
    select
        counted.account_id,
        counted.webinar_id,
        webinars.zoom_webinar_id,
        webinars.topic,
        counted.tracking_source,
        counted.registered,
        counted.approved,
        case when ran.webinar_id is not null then counted.attended end as attended,
        case when ran.is_measured then counted.stayed_half end as stayed_half,
        case when ran.is_measured and ran.is_offered then counted.engaged end as engaged
    from counted
    inner join webinars on webinars.id = counted.webinar_id
    left join ran on ran.webinar_id = counted.webinar_id
),

final as (
    select
        account_id,
        webinar_id,
        zoom_webinar_id,
        topic,
        tracking_source,
        registered::integer as registered,
        approved::integer as approved,
        attended::integer as attended,
        (approved - attended)::integer as no_shows,
        stayed_half::integer as stayed_half,
        engaged::integer as engaged,
        (100.0 * approved / registered)::numeric(5, 2) as approval_rate,
        (100.0 * attended / nullif(approved, 0))::numeric(5, 2) as attendance_rate,
        (100.0 * stayed_half / nullif(attended, 0))::numeric(5, 2) as stayed_half_rate,
        (100.0 * engaged / nullif(stayed_half, 0))::numeric(5, 2) as engaged_rate
    from judged
)

select * from final

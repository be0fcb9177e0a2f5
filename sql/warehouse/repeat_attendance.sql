-- One row per person who came as an attendee: when first, and whether again. A restart of a
-- broadcast is no second visit. Hosts and panelists do not count. A window of days counts from the
-- first coming. Until it has passed it is null, also for those who already came again, so that an
-- average over people is unbiased; what has passed is told by the newest capture of participants of
-- the account and never by the clock. First means first in this warehouse.
--
-- person_id: Person, see zoom_people.
-- account_id: Zoom account the person belongs to.
-- display_name: Name the person is shown under.
-- primary_email: E-mail the person is known by.
-- is_recognisable: Whether an e-mail, account user or registration would tell the person again.
--     People known by a name or nothing are a new person in each instance and cannot come again.
-- first_webinar_id: Webinar of the first coming, see zoom_webinars.
-- first_came_at: First join of the first broadcast.
-- second_came_at: First join of the second broadcast; null where there is none.
-- last_came_at: First join of the last broadcast.
-- days_to_second_visit: Days from first_came_at to second_came_at, with a fraction.
-- broadcasts_attended: Broadcasts attended; restarts count with the broadcast they restarted.
-- webinars_attended: Different webinars attended.
-- total_duration: Seconds of presence over all of them.
-- came_again_within_30_days: Whether the second coming was within 30 days of the first; null until
--     30 days have passed.
-- came_again_within_60_days: The same for 60 days.
-- came_again_within_90_days: The same for 90 days.
with

instances as (
    select id, coalesce(restart_of_instance_id, id) as broadcast_id
    from zoom_webinar_instances
),

people as (
    select id, display_name, primary_email from zoom_people
),

captured as (
    select account_id, max(captured_at) as until
    from zoom_capture_audit
    where stream = 'participants'
    group by account_id
),

visits as (
    select
        participants.person_id,
        participants.webinar_id,
        instances.broadcast_id,
        min(participants.account_id) as account_id,
        min(participants.first_join_time) as came_at,
        sum(participants.total_duration) as duration,
        bool_or(
            participants.participant_email is not null
            or participants.zoom_user_id is not null
            or participants.identity_method = 'registrant_id'
        ) as is_recognisable
    from zoom_participants as participants
    inner join instances on instances.id = participants.instance_id
    where participants.role = 'attendee'
    group by participants.person_id, participants.webinar_id, instances.broadcast_id
),

numbered as (
    select
        *,
        row_number() over (partition by person_id order by came_at, broadcast_id) as visit
    from visits
),

came as (
    select
        person_id,
        min(account_id) as account_id,
        (min(webinar_id::text) filter (where visit = 1))::uuid as first_webinar_id,
        min(came_at) as first_came_at,
        min(came_at) filter (where visit = 2) as second_came_at,
        max(came_at) as last_came_at,
        count(*) as broadcasts,
        count(distinct webinar_id) as webinars,
        sum(duration) as duration,
        bool_or(is_recognisable) as is_recognisable
    from numbered
    group by person_id
),

final as (
    select
        came.person_id,
        came.account_id,
        people.display_name,
        people.primary_email,
        came.is_recognisable,
        came.first_webinar_id,
        came.first_came_at,
        came.second_came_at,
        came.last_came_at,
        (extract(epoch from came.second_came_at - came.first_came_at) / 86400)::numeric(10, 2)
            as days_to_second_visit,
        came.broadcasts::integer as broadcasts_attended,
        came.webinars::integer as webinars_attended,
        came.duration::bigint as total_duration,
        case when came.first_came_at + interval '30 days' <= captured.until
            then coalesce(came.second_came_at <= came.first_came_at + interval '30 days', false)
        end as came_again_within_30_days,
        case when came.first_came_at + interval '60 days' <= captured.until
            then coalesce(came.second_came_at <= came.first_came_at + interval '60 days', false)
        end as came_again_within_60_days,
        case when came.first_came_at + interval '90 days' <= captured.until
            then coalesce(came.second_came_at <= came.first_came_at + interval '90 days', false)
        end as came_again_within_90_days
    from came
    inner join people on people.id = came.person_id
    left join captured on captured.account_id = came.account_id
)

select * from final

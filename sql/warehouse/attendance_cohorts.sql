-- One row per account and month (UTC) in which people came as attendees for the first time: how
-- many of them came again. Rates are percent of recognisable_people, 0 to 100. A window is null
-- until it has passed for everybody who can be in the cohort, that is until the newest capture of
-- participants of the account is that many days after the end of the month. A restart of a
-- broadcast is no second visit. Hosts and panelists do not count. First means first in this
-- warehouse.
--
-- account_id: Zoom account.
-- cohort_month: First day of the month.
-- people: Persons who came for the first time in the month.
-- recognisable_people: Those of them whom an e-mail, account user or registration would tell again:
--     the denominator of all rates.
-- came_again: Recognisable people who have come again at any time up to now.
-- came_again_rate: came_again in percent of recognisable_people, 0 to 100.
-- came_again_within_30_days: Recognisable people who came again within 30 days of their first
--     coming; null until the window has passed.
-- came_again_within_30_days_rate: The same in percent of recognisable_people, 0 to 100.
-- came_again_within_60_days: Within 60 days.
-- came_again_within_60_days_rate: The same in percent of recognisable_people, 0 to 100.
-- came_again_within_90_days: Within 90 days.
-- came_again_within_90_days_rate: The same in percent of recognisable_people, 0 to 100.
with

instances as (
    select id, coalesce(restart_of_instance_id, id) as broadcast_id
    from zoom_webinar_instances
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
        instances.broadcast_id,
        min(participants.account_id) as account_id,
        min(participants.first_join_time) as came_at,
        bool_or(
            participants.participant_email is not null
            or participants.zoom_user_id is not null
            or participants.identity_method = 'registrant_id'
        ) as is_recognisable
    from zoom_participants as participants
    inner join instances on instances.id = participants.instance_id
    where participants.role = 'attendee'
    group by participants.person_id, instances.broadcast_id
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
        min(came_at) as first_came_at,
        min(came_at) filter (where visit = 2) - min(came_at) as away,
        bool_or(is_recognisable) as is_recognisable
    from numbered
    group by person_id
),

cohorts as (
    select
        account_id,
        date_trunc('month', first_came_at at time zone 'UTC') as month,
        count(*) as people,
        count(*) filter (where is_recognisable) as recognisable,
        count(*) filter (where is_recognisable and away is not null) as again,
        count(*) filter (where is_recognisable and away <= interval '30 days') as again_30,
        count(*) filter (where is_recognisable and away <= interval '60 days') as again_60,
        count(*) filter (where is_recognisable and away <= interval '90 days') as again_90
    from came
    group by account_id, month
),

closed as (
    select
        cohorts.*,
        (cohorts.month + interval '1 month') at time zone 'UTC' as month_end,
        captured.until
    from cohorts
    left join captured on captured.account_id = cohorts.account_id
),

judged as (
    select
        account_id,
        month,
        people,
        recognisable,
        again,
        case when month_end + interval '30 days' <= until then again_30 end as again_30,
        case when month_end + interval '60 days' <= until then again_60 end as again_60,
        case when month_end + interval '90 days' <= until then again_90 end as again_90
    from closed
),

final as (
    select
        account_id,
        month::date as cohort_month,
        people::integer as people,
        recognisable::integer as recognisable_people,
        again::integer as came_again,
        (100.0 * again / nullif(recognisable, 0))::numeric(5, 2) as came_again_rate,
        again_30::integer as came_again_within_30_days,
        (100.0 * again_30 / nullif(recognisable, 0))::numeric(5, 2)
            as came_again_within_30_days_rate,
        again_60::integer as came_again_within_60_days,
        (100.0 * again_60 / nullif(recognisable, 0))::numeric(5, 2)
            as came_again_within_60_days_rate,
        again_90::integer as came_again_within_90_days,
        (100.0 * again_90 / nullif(recognisable, 0))::numeric(5, 2)
            as came_again_within_90_days_rate
    from judged
)

select * from final

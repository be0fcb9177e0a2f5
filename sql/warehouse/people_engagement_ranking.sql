-- One row per person who came as an attendee and month or quarter (UTC) in which they came: how
-- engaged they were, and their rank among all attendees of the account in that period. Ranked by
-- engagement_points, the sum of their scores, so that it counts how often they came and what they
-- did; equal points share a rank. Hosts and panelists do not count, nor do instances without a
-- score. Filter by period: months and quarters hold the same attendances.
--
-- account_id: Zoom account.
-- period: month or quarter.
-- period_start: First day of the period.
-- person_id: Person, see zoom_people.
-- display_name: Name the person is shown under.
-- primary_email: E-mail the person is known by.
-- instances_attended: Instances with a score that they came to in the period.
-- total_duration: Seconds of presence in them.
-- polls_answered: Poll questions answered in them.
-- questions_asked: Questions asked in them.
-- surveys_answered: Instances among them whose survey they answered.
-- engagement_points: Sum of their engagement scores, each 0 to 100.
-- avg_engagement_score: Average of their engagement scores, 0 to 100: engagement_points divided by
--     instances_attended.
-- engagement_rank: 1 for the most engagement_points in the account and period.
-- engagement_percentile: Percent of the period's other attendees who have fewer points, 0 to 100;
--     null where there was nobody else.
with

people as (
    select id, display_name, primary_email from zoom_people
),

accounts as (
    select account_id, row_number() over (order by account_id) as account_number
    from zoom_webinars
    group by account_id
),

-- Whole numbers up to the end, points in hundredths and accounts by number: they sort and divide
-- faster. A person belongs to one account. One order of the attendances gives months and quarters.
attended as (
    select
        participants.person_id,
        accounts.account_number,
        date_trunc('month', participants.first_join_time at time zone 'UTC')::date as month,
        participants.total_duration,
        participants.polls_answered,
        participants.questions_asked,
        participants.has_answered_survey,
        (participants.engagement_score * 100)::integer as points
    from zoom_participants as participants
    inner join accounts on accounts.account_id = participants.account_id
    where participants.role = 'attendee' and participants.engagement_score is not null
),

dated as (
    select *, date_trunc('quarter', month::timestamp)::date as quarter from attended
),

periods as (
    select
        month is null as is_quarter,
        coalesce(month, quarter) as period_start,
        person_id,
        min(account_number) as account_number,
        count(*) as instances,
        sum(total_duration) as duration,
        sum(polls_answered) as polls,
        sum(questions_asked) as questions,
        count(*) filter (where has_answered_survey) as surveys,
        sum(points) as points
    from dated
    group by grouping sets ((person_id, quarter, month), (person_id, quarter))
),

-- One frame for all, so that one pass over one order gives them.
ranked as (
    select
        *,
        rank() over by_points as place_from_below,
        cume_dist() over by_points as share_up_to,
        count(*) over by_points as people
    from periods
    window by_points as (
        partition by is_quarter, period_start, account_number order by points
        rows between unbounded preceding and unbounded following
    )
),

final as (
    select
        accounts.account_id,
        case when ranked.is_quarter then 'quarter' else 'month' end as period,
        ranked.period_start,
        ranked.person_id,
        people.display_name,
        people.primary_email,
        ranked.instances::integer as instances_attended,
        ranked.duration::bigint as total_duration,
        ranked.polls::integer as polls_answered,
        ranked.questions::integer as questions_asked,
        ranked.surveys::integer as surveys_answered,
        (ranked.points * 0.01)::numeric(12, 2) as engagement_points,
        ((2 * ranked.points + ranked.instances) / (2 * ranked.instances) * 0.01)::numeric(5, 2)
            as avg_engagement_score,
        (ranked.people - round(ranked.share_up_to * ranked.people) + 1)::integer as engagement_rank,
        (
            (20000 * (ranked.place_from_below - 1) + ranked.people - 1)
            / nullif(2 * (ranked.people - 1), 0) * 0.01
        )::numeric(5, 2) as engagement_percentile
    from ranked
    inner join accounts on accounts.account_number = ranked.account_number
    inner join people on people.id = ranked.person_id
)

select * from final

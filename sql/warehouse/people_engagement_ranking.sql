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

by_month as (
    select
        account_id,
        date_trunc('month', first_join_time at time zone 'UTC') as month,
        person_id,
        count(*) as instances,
        sum(total_duration) as duration,
        sum(polls_answered) as polls,
        sum(questions_asked) as questions,
        count(*) filter (where has_answered_survey) as surveys,
        sum(engagement_score) as points
    from zoom_participants
    where role = 'attendee' and engagement_score is not null
    group by account_id, month, person_id
),

by_quarter as (
    select
        account_id,
        date_trunc('quarter', month) as quarter,
        person_id,
        sum(instances) as instances,
        sum(duration) as duration,
        sum(polls) as polls,
        sum(questions) as questions,
        sum(surveys) as surveys,
        sum(points) as points
    from by_month
    group by account_id, quarter, person_id
),

periods as (
    select 'month' as period, by_month.* from by_month
    union all
    select 'quarter', by_quarter.* from by_quarter
),

ranked as (
    select
        *,
        rank() over (partition by account_id, period, month order by points desc) as place,
        rank() over (partition by account_id, period, month order by points) - 1 as fewer,
        count(*) over (partition by account_id, period, month) - 1 as others
    from periods
),

final as (
    select
        ranked.account_id,
        ranked.period,
        ranked.month::date as period_start,
        ranked.person_id,
        people.display_name,
        people.primary_email,
        ranked.instances::integer as instances_attended,
        ranked.duration::bigint as total_duration,
        ranked.polls::integer as polls_answered,
        ranked.questions::integer as questions_asked,
        ranked.surveys::integer as surveys_answered,
        ranked.points::numeric(12, 2) as engagement_points,
        (ranked.points / ranked.instances)::numeric(5, 2) as avg_engagement_score,
        ranked.place::integer as engagement_rank,
        (100.0 * ranked.fewer / nullif(ranked.others, 0))::numeric(5, 2) as engagement_percentile
    from ranked
    inner join people on people.id = ranked.person_id
)

select * from final

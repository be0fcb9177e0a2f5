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

-- Points in hundredths here: whole numbers sort faster. A person belongs to one account. Not
-- materialized, so that asking for one period or one kind of period costs no more than that.
by_month as not materialized (
    select
        date_trunc('month', first_join_time at time zone 'UTC')::date as period_start,
        person_id,
        min(account_id) as account_id,
        count(*) as instances,
        sum(total_duration) as duration,
        sum(polls_answered) as polls,
        sum(questions_asked) as questions,
        count(*) filter (where has_answered_survey) as surveys,
        sum((engagement_score * 100)::integer) as points
    from zoom_participants
    where role = 'attendee' and engagement_score is not null
    group by period_start, person_id
),

by_quarter as not materialized (
    select
        date_trunc('quarter', period_start::timestamp)::date as period_start,
        person_id,
        min(account_id) as account_id,
        sum(instances)::bigint as instances,
        sum(duration)::bigint as duration,
        sum(polls)::bigint as polls,
        sum(questions)::bigint as questions,
        sum(surveys)::bigint as surveys,
        sum(points)::bigint as points
    from by_month
    group by 1, person_id
),

ranked as (
    select
        'month' as period,
        *,
        rank() over in_order as place,
        count(*) over (in_order range current row) as peers,
        count(*) over (partition by period_start, account_id) as people
    from by_month
    window in_order as (partition by period_start, account_id order by points desc)
    union all
    select
        'quarter',
        *,
        rank() over in_order,
        count(*) over (in_order range current row),
        count(*) over (partition by period_start, account_id)
    from by_quarter
    window in_order as (partition by period_start, account_id order by points desc)
),

final as (
    select
        ranked.account_id,
        ranked.period,
        ranked.period_start,
        ranked.person_id,
        people.display_name,
        people.primary_email,
        ranked.instances::integer as instances_attended,
        ranked.duration::bigint as total_duration,
        ranked.polls::integer as polls_answered,
        ranked.questions::integer as questions_asked,
        ranked.surveys::integer as surveys_answered,
        (ranked.points / 100.0)::numeric(12, 2) as engagement_points,
        (ranked.points / 100.0 / ranked.instances)::numeric(5, 2) as avg_engagement_score,
        ranked.place::integer as engagement_rank,
        (100.0 * (ranked.people - ranked.place - ranked.peers + 1) / nullif(ranked.people - 1, 0))
            ::numeric(5, 2) as engagement_percentile
    from ranked
    inner join people on people.id = ranked.person_id
)

select * from final

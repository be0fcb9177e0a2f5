-- One row per listing of instances over a span of days that was refused or failed: whether nothing
-- is missing for it all the same. Every day of it has to be in a later whole listing of the same
-- route; where the route is closed to the account (denied, expired), in a whole listing of one that
-- sees the whole account; or be gone by now from the six months that Zoom lists. So a failure is
-- remembered until its days were listed and no longer, and an account without a dashboard lacks
-- nothing that its history report has.
with
captures as (
    select captures.*, times.read_until
    from staging.captures as captures
    cross join staging.reading_times as times
    where captures.stream = 'instances'
),
listings as (
    select
        account_id,
        subject,
        source_endpoint,
        status,
        confirmed_at,
        (read_until - interval 6 months)::date as first_listed_day,
        regexp_extract(subject, '^(.*):[0-9-]{10}\.\.[0-9-]{10}$', 1) as listed_of,
        try_cast(regexp_extract(subject, ':([0-9-]{10})\.\.[0-9-]{10}$', 1) as date) as first_day,
        try_cast(regexp_extract(subject, '\.\.([0-9-]{10})$', 1) as date) as last_day
    from captures
    where is_best
),
whole as (
    select * from listings where status in ('complete', 'empty') and first_day <= last_day
),
lacking as (
    select * from listings where status not in ('complete', 'empty') and first_day <= last_day
),
days as (
    select *, unnest(generate_series(first_day, last_day, interval 1 day))::date as day
    from lacking
),
uncovered as (
    select days.account_id, days.subject
    from days
    anti join whole
        on whole.account_id = days.account_id
        and days.day between whole.first_day and whole.last_day
        and (
            (
                whole.listed_of = days.listed_of
                and whole.source_endpoint = days.source_endpoint
                and whole.confirmed_at > days.confirmed_at
            )
            or (
                days.status in ('denied', 'expired')
                and whole.source_endpoint in ('history_meetings', 'metrics')
            )
        )
    where days.day >= days.first_listed_day
    group by days.account_id, days.subject
),
final as (
    select lacking.account_id, lacking.subject, uncovered.subject is null as is_covered
    from lacking
    left join uncovered using (account_id, subject)
)
select * from final

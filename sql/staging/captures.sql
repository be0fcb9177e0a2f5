-- One row per committed capture, less those that only confirm the one before them; `is_best` marks
-- the one to believe for its account, stream and subject. Of an instance (participants, answers,
-- details): a usable answer first, then the one with more rows, then the better source, then the
-- later; so an emptier or refused later answer never replaces a fuller one. Of what changes with
-- time (users, webinars, registrants...): the latest complete one, but never an empty one after a
-- full one. CSV reports go by the account and uuid of staging.csv_instances, so they compete with
-- the API's captures. Kept as a table: every other staging view joins it.
with
arrived as (
    select * from staging.captures_confirmed
),
csv_instances as (
    select * from staging.csv_instances
),
webinar_accounts as (
    select * from staging.webinar_accounts
),
united as (
    select
        arrived.* replace (
            case
                when csv_instances.account_id is not null then csv_instances.account_id
                when arrived.account_id = 'local'
                    then coalesce(webinar_accounts.account_id, 'local')
                else arrived.account_id
            end as account_id,
            coalesce(csv_instances.instance_uuid, arrived.instance_uuid) as instance_uuid,
            case
                when csv_instances.instance_uuid is not null
                    then replace(arrived.subject, csv_instances.csv_uuid,
                    csv_instances.instance_uuid)
                else arrived.subject
            end as subject,
            replace(arrived.reason, chr(0), '') as reason,
            -- What came twice makes no capture fuller.
            arrived.captured_rows - coalesce(arrived.repeated_rows, 0) as captured_rows
        ),
        arrived.account_id as imported_account_id,
        arrived.stream in (
            'participants', 'absentees', 'polls', 'questions', 'surveys', 'report_details'
        )
            as is_of_instance
    from arrived
    left join csv_instances
        on csv_instances.csv_uuid = arrived.instance_uuid
        and csv_instances.imported_account_id = arrived.account_id
    left join webinar_accounts on webinar_accounts.webinar_id = arrived.webinar_id
),
graded as (
    select
        *,
        case
            when is_of_instance and status in ('complete', 'empty', 'partial') then 0
            when is_of_instance then 1
            when status = 'complete' and captured_rows > 0 then 0
            when status = 'partial' and captured_rows > 0 then 1
            when status in ('complete', 'empty') then 2
            else 3
        end as grade,
        case when is_of_instance then coalesce(captured_rows, 0) else 0 end as compared_rows,
        case source_endpoint
            when 'report' then 1 when 'past_webinars' then 2 when 'metrics' then 3 when 'csv'
                then 4 else 0
        end as source_order
    from united
),
final as (
    select
        * exclude (grade, compared_rows, source_order),
        row_number() over (
            partition by account_id, stream, subject
            order by
                grade,
                compared_rows desc,
                case when is_of_instance then source_order end,
                finished_at desc,
                capture_id desc
        ) = 1 as is_best
    from graded
)
select * from final

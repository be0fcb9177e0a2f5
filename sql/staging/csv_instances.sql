-- One row per instance known from a CSV report (account as imported, derived uuid): the account and
-- uuid it goes by. The API's uuid where the API knows an instance of the same webinar that started
-- in the same minute, the earliest if there are two; else the derived
-- `csv:<webinar_id>:<YYYY-MM-DDTHH:MM>`.
-- Kept as a table: every other staging view joins it.
with
imported as (
    select distinct account_id as imported_account_id, instance_uuid as csv_uuid, webinar_id
    from raw.captures
    where instance_uuid like 'csv:%'
),
webinar_accounts as (
    select * from staging.webinar_accounts
),
placed as (
    select
        imported.imported_account_id,
        imported.csv_uuid,
        imported.webinar_id,
        case
            when imported.imported_account_id = 'local'
                then coalesce(webinar_accounts.account_id, 'local')
            else imported.imported_account_id
        end as account_id,
        regexp_extract(imported.csv_uuid, '^csv:[0-9]+:(.+)$', 1) as start_minute
    from imported
    left join webinar_accounts using (webinar_id)
),
starts as (
    select account_id, webinar_id, coalesce(zoom_uuid, instance_uuid) as zoom_uuid, start_time
    from raw.instances
    union all
    select account_id, webinar_id, coalesce(zoom_uuid, instance_uuid) as zoom_uuid, start_time
    from raw.report_details
),
api_starts as (
    select
        account_id,
        webinar_id,
        strftime(make_timestamp(epoch_us(start_time)), '%Y-%m-%dT%H:%M') as start_minute,
        arg_min(zoom_uuid, {'start_time': start_time, 'zoom_uuid': zoom_uuid}) as zoom_uuid
    from starts
    where zoom_uuid not like 'csv:%' and start_time is not null
    group by 1, 2, 3
),
final as (
    select
        placed.imported_account_id,
        placed.csv_uuid,
        placed.webinar_id,
        placed.account_id,
        coalesce(api_starts.zoom_uuid, placed.csv_uuid) as instance_uuid
    from placed
    left join api_starts using (account_id, webinar_id, start_minute)
)
select * from final

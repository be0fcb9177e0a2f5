-- One row per registration of a webinar: the listings of all statuses, occurrences and CSV reports
-- merged. A registration is its registrant id. A row without one (CSV) belongs to the registration
-- of the same e-mail, the first of them if there are several; without such it is a registration of
-- its own, by e-mail or else by name. The latest listing decides each fact; of listings read at the
-- same moment approved before pending before denied. Most registrations are in one listing only:
-- their rows stay as they are, and only the others are merged. Ids of a webinar's registrations
-- begin like its own, so that they stand together in an index of a table as long as the history.
with
-- Not materialized, or all listings would be held twice more.
listed as not materialized (
    select * from intermediate.registrants_listed
),
without_id as (
    select distinct account_id, webinar_id, email
    from listed
    where registrant_id is null and email is not null
),
ids_by_email as (
    select account_id, webinar_id, email, min(registrant_id) as registrant_id
    from listed
    semi join without_id using (account_id, webinar_id, email)
    where registrant_id is not null
    group by all
),
keyed as not materialized (
    select
        listed.* replace (coalesce(listed.registrant_id,
        ids_by_email.registrant_id) as registrant_id),
        coalesce(
            'r:' || coalesce(listed.registrant_id, ids_by_email.registrant_id),
            'e:' || listed.email,
            'n:' || listed.full_name,
            'row:' || listed.page_number || ':' || listed.row_number
        ) as registration,
        -- What the CSV says about a registration the API knows only fills gaps.
        listed.registrant_id is null as is_secondary
    from listed
    left join ids_by_email
        on ids_by_email.account_id = listed.account_id
        and ids_by_email.webinar_id = listed.webinar_id
        and ids_by_email.email = listed.email
),
repeated as (
    select account_id, webinar_id, registration
    from keyed
    group by account_id, webinar_id, registration
    having count(*) > 1
),
ranked as (
    select
        *,
        row_number() over (
            partition by account_id, webinar_id, registration
            order by
                is_secondary, captured_at desc, status_order, occurrence_id, capture_id,
                page_number, row_number
        ) as position
    from keyed
    semi join repeated using (account_id, webinar_id, registration)
),
merged as (
    select
        account_id,
        webinar_id,
        registration,
        min(registrant_id) as registrant_id,
        arg_min(email, position) as email,
        arg_min(first_name, position) as first_name,
        arg_min(last_name, position) as last_name,
        arg_min(full_name, position) as full_name,
        arg_min(status, position) as status,
        arg_min(registered_at, position) as registered_at,
        arg_min(occurrence_id, position) as occurrence_id,
        arg_min(tracking_source_id, position) as tracking_source_id,
        arg_min(tracking_source, position) as tracking_source,
        arg_min(organization, position) as organization,
        arg_min(job_title, position) as job_title,
        arg_min(country, position) as country,
        arg_min(custom_answers, position) as custom_answers
    from ranked
    group by account_id, webinar_id, registration
),
numbered as (
    select
        row_number() over (order by account_id, webinar_id, registration) as registrant_key,
        *
    from (
        select * from merged
        union all
        select
            account_id, webinar_id, registration, registrant_id, email, first_name, last_name,
            full_name, status, registered_at, occurrence_id, tracking_source_id, tracking_source,
            organization, job_title, country, custom_answers
        from keyed
        anti join repeated using (account_id, webinar_id, registration)
    )
),
webinars as (
    select
        account_id,
        webinar_id,
        left(md5(concat_ws('|', 'webinar', account_id, webinar_id)), 8) as id_start,
        md5(concat_ws('|', 'webinar', account_id, webinar_id))::uuid as webinar_row_id
    from (select distinct account_id, webinar_id from keyed)
),
names as (
    select name, name_key, is_generic from intermediate.names_normalised
),
final as (
    select
        numbered.registrant_key,
        concat(
            webinars.id_start,
            substr(
                md5(concat_ws(
                    '|', 'registrant', numbered.account_id, numbered.webinar_id,
                    numbered.registration
                )),
                9
            )
        )::uuid as registrant_row_id,
        webinars.webinar_row_id as webinar_id,
        numbered.webinar_id as zoom_webinar_id,
        numbered.* exclude (registrant_key, webinar_id)
            replace (coalesce(numbered.status, 'approved') as status),
        names.name_key,
        coalesce(names.is_generic, true) as is_generic_name
    from numbered
    inner join webinars
        on webinars.account_id = numbered.account_id and webinars.webinar_id = numbered.webinar_id
    left join names on names.name = numbered.full_name
)
select * from final

-- One row per registrant and listing (webinar, status, occurrence, CSV), of the best capture of
-- each listing. A registrant who was approved after waiting is in two listings;
-- intermediate.registrants_merged decides. Zoom's rows do not name the occurrence or the tracking
-- source that was asked for; the listing does.
with
-- Not materialized, or whoever needs a few columns of this view would wait for all of them.
captures as not materialized (
    select
        capture_id, account_id, subject, webinar_id, instance_uuid, finished_at, captured_rows,
        nullif(regexp_extract(subject, ':occurrence=([^:]+)', 1), '') as occurrence_asked_for,
        nullif(regexp_extract(subject, ':source=([^:]+)', 1), '') as source_asked_for
    from staging.captures
    where stream = 'registrants' and is_best
),
-- Captures with other than as many rows as were captured: only there is a page looked for that
-- came twice.
odd_captures as not materialized (
    select captures.capture_id
    from raw.registrants as rows
    inner join captures using (capture_id)
    group by captures.capture_id
    having count(*) is distinct from any_value(captures.captured_rows)
),
believed as (
    select * from raw.registrants as rows anti join odd_captures using (capture_id)
    union all
    select *
    from raw.registrants as rows
    semi join odd_captures using (capture_id)
    qualify row_number() over (
        partition by capture_id, page_number, row_number order by fetched_at
    ) = 1
),
-- Of what differs from row to row, looking at a text is cheaper than cleaning it.
rows as (
    select
        * replace (
            case
                when contains(registrant_id, chr(0)) or starts_with(registrant_id, ' ')
                    or ends_with(registrant_id, ' ')
                    then trim(replace(registrant_id, chr(0), ''))
                else registrant_id
            end as registrant_id,
            case
                when contains(email, chr(0)) or starts_with(email, ' ')
                    or ends_with(email, ' ')
                    then trim(replace(email, chr(0), ''))
                else email
            end as email,
            case
                when contains(first_name, chr(0)) or starts_with(first_name, ' ')
                    or ends_with(first_name, ' ')
                    then trim(replace(first_name, chr(0), ''))
                else first_name
            end as first_name,
            case
                when contains(last_name, chr(0)) or starts_with(last_name, ' ')
                    or ends_with(last_name, ' ')
                    then trim(replace(last_name, chr(0), ''))
                else last_name
            end as last_name
        )
    from believed
),
final as (
    select
        captures.account_id,
        captures.subject,
        coalesce(captures.webinar_id, rows.webinar_id) as webinar_id,
        coalesce(captures.instance_uuid, rows.instance_uuid) as instance_uuid,
        nullif(rows.registrant_id, '') as registrant_id,
        nullif(lower(rows.email), '') as email,
        nullif(rows.first_name, '') as first_name,
        nullif(rows.last_name, '') as last_name,
        nullif(trim(replace(rows.status, chr(0), '')), '') as status,
        rows.registered_at,
        coalesce(
            nullif(trim(replace(rows.occurrence_id, chr(0), '')), ''),
            captures.occurrence_asked_for
        ) as occurrence_id,
        coalesce(
            nullif(trim(replace(rows.tracking_source_id, chr(0), '')), ''),
            captures.source_asked_for
        ) as tracking_source_id,
        nullif(trim(replace(rows.tracking_source, chr(0), '')), '') as tracking_source,
        nullif(trim(replace(rows.organization, chr(0), '')), '') as organization,
        nullif(trim(replace(rows.job_title, chr(0), '')), '') as job_title,
        nullif(trim(replace(rows.city, chr(0), '')), '') as city,
        nullif(trim(replace(rows.country, chr(0), '')), '') as country,
        case
            when contains(rows.custom_answers, '\u0000')
                then regexp_replace(
                    rows.custom_answers, '(^|[^\\])((?:\\\\)*)(?:\\u0000)+', '\1\2', 'g'
                )
            else rows.custom_answers
        end as custom_answers,
        rows.source_endpoint,
        rows.run_id,
        rows.capture_id,
        rows.page_number,
        rows.row_number,
        captures.finished_at as captured_at
    from rows
    inner join captures using (capture_id)
)
select * from final

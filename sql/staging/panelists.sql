-- One row per invited panelist of a webinar, of the best capture.
-- Kept as a table: users who change are looked for here.
with
captures as (
    select capture_id, account_id, subject, webinar_id, instance_uuid, finished_at
    from staging.captures
    where stream = 'panelists' and is_best
),
rows as (
    select * from raw.panelists
),
final as (
    select
        captures.account_id,
        captures.subject,
        coalesce(captures.webinar_id, rows.webinar_id) as webinar_id,
        coalesce(captures.instance_uuid, rows.instance_uuid) as instance_uuid,
        nullif(trim(replace(rows.panelist_id, chr(0), '')), '') as panelist_id,
        nullif(trim(replace(rows.name, chr(0), '')), '') as name,
        nullif(lower(trim(replace(rows.email, chr(0), ''))), '') as email,
        rows.source_endpoint,
        rows.run_id,
        rows.capture_id,
        rows.page_number,
        rows.row_number,
        captures.finished_at as captured_at
    from rows
    inner join captures using (capture_id)
    qualify row_number() over (
        partition by rows.capture_id, rows.page_number, rows.row_number order by rows.fetched_at
    ) = 1
)
select * from final

-- One row per registration question of a webinar, of the best capture.
with
captures as (
    select capture_id, account_id, subject, webinar_id, instance_uuid, finished_at
    from staging.captures
    where stream = 'registration_questions' and is_best
),
rows as (
    select * from raw.registration_questions
),
final as (
    select
        captures.account_id,
        captures.subject,
        coalesce(captures.webinar_id, rows.webinar_id) as webinar_id,
        coalesce(captures.instance_uuid, rows.instance_uuid) as instance_uuid,
        nullif(trim(replace(rows.question_kind, chr(0), '')), '') as question_kind,
        nullif(trim(replace(rows.field_name, chr(0), '')), '') as field_name,
        nullif(trim(replace(rows.title, chr(0), '')), '') as title,
        nullif(trim(replace(rows.question_type, chr(0), '')), '') as question_type,
        rows.is_required,
        regexp_replace(rows.answers, '(^|[^\\])((?:\\\\)*)(?:\\u0000)+', '\1\2', 'g') as answers,
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

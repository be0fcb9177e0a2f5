-- One row per question asked in an instance (Q&A), of the best capture.
with
captures as (
    select capture_id, account_id, subject, webinar_id, instance_uuid, finished_at
    from staging.captures
    where stream = 'questions' and is_best
),
rows as (
    select * from raw.questions
),
final as (
    select
        captures.account_id,
        captures.subject,
        coalesce(captures.webinar_id, rows.webinar_id) as webinar_id,
        coalesce(captures.instance_uuid, rows.instance_uuid) as instance_uuid,
        nullif(trim(replace(rows.zoom_user_id, chr(0), '')), '') as zoom_user_id,
        nullif(trim(replace(rows.name, chr(0), '')), '') as name,
        nullif(lower(trim(replace(rows.email, chr(0), ''))), '') as email,
        nullif(trim(replace(rows.question_id, chr(0), '')), '') as question_id,
        nullif(trim(replace(rows.question, chr(0), '')), '') as question,
        nullif(trim(replace(rows.answer, chr(0), '')), '') as answer,
        nullif(trim(replace(rows.question_status, chr(0), '')), '') as question_status,
        rows.asked_at,
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

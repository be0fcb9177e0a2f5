-- The promises and the capture audit tell the same story: what is short in one is fewer than
-- expected in the other, every verdict follows from its two figures, and nothing but a listing's
-- own count of rows is ever called short.
with
promises as (
    select * from marts.zoom_capture_promises
),
audited as (
    select * from marts.zoom_capture_audit
    where webinar_id is not null and source_endpoint is not null
),
shortfalls as (
    select account_id, stream, subject, max(promised) as promised, max(captured) as captured
    from promises
    where figure = 'total_records'
    group by account_id, stream, subject
),
unlike as (
    select
        'audit' as what,
        coalesce(audited.stream, shortfalls.stream) as stream,
        coalesce(audited.subject, shortfalls.subject) as subject
    from audited
    full join shortfalls using (account_id, stream, subject)
    where
        audited.captured is distinct from shortfalls.captured
        or audited.expected is distinct from shortfalls.promised
),
misjudged as (
    select 'verdict' as what, stream, subject
    from promises
    where
        verdict not in ('met', 'short', 'over', 'differs', 'unknown')
        or measure not in ('rows', 'people')
        or (verdict = 'short')
            <> (figure = 'total_records' and coalesce(captured < promised, false))
        or (
            verdict = 'met'
            and figure <> 'max_concurrent_views'
            and captured is distinct from promised
        )
        or (verdict = 'differs' and coalesce(captured = promised, true))
),
final as (
    select * from unlike
    union all
    select * from misjudged
)
select * from final order by what, stream, subject

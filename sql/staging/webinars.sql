-- One row per webinar and route (`users` listing or `webinars` details): the latest that was ever
-- read of it, and since when it has been saying so (`captured_at`). `is_listed`: the best capture
-- of that route still has it. A details capture that a later refusal followed (deleted, expired)
-- does not list it any more.
with
captures as (
    select
        *,
        max(finished_at) over (partition by account_id, subject) as last_finished_at
    from staging.captures
    where stream = 'webinars'
),
rows as (
    select * from raw.webinars
),
read as (
    select
        captures.account_id,
        rows.webinar_id,
        nullif(trim(replace(rows.topic, chr(0), '')), '') as topic,
        rows.webinar_type,
        nullif(trim(replace(rows.host_id, chr(0), '')), '') as host_id,
        nullif(lower(trim(replace(rows.host_email, chr(0), ''))), '') as host_email,
        rows.start_time,
        rows.duration_minutes,
        nullif(trim(replace(rows.timezone, chr(0), '')), '') as timezone,
        rows.created_at,
        rows.approval_type,
        rows.registration_type,
        rows.occurrences,
        captures.is_best and (
            rows.source_endpoint = 'users' or captures.finished_at = captures.last_finished_at
        ) as is_listed,
        rows.source_endpoint,
        rows.run_id,
        rows.capture_id,
        rows.page_number,
        rows.row_number,
        captures.finished_at
    from rows
    inner join captures using (capture_id)
    where rows.webinar_id is not null
),
compared as (
    select
        *,
        [
            topic, webinar_type::varchar, host_id, host_email, epoch_ms(start_time)::varchar,
            duration_minutes::varchar, timezone, epoch_ms(created_at)::varchar,
            approval_type::varchar, registration_type::varchar, occurrences
        ] as said,
        row_number() over readings as position
    from read
    window readings as (
        partition by account_id, webinar_id, source_endpoint
        order by finished_at desc, capture_id desc, page_number, row_number
    )
),
changed as (
    select
        account_id, webinar_id, source_endpoint,
        min(position) as position
    from (
        select
            *,
            said is distinct from lead(said) over (
                partition by account_id, webinar_id, source_endpoint order by position
            ) as is_new
        from compared
    )
    where is_new
    group by account_id, webinar_id, source_endpoint
),
since as (
    select compared.account_id, compared.webinar_id, compared.source_endpoint, compared.finished_at
    from compared
    inner join changed using (account_id, webinar_id, source_endpoint, position)
),
final as (
    select
        compared.* exclude (capture_id, page_number, row_number, finished_at, said, position),
        since.finished_at as captured_at
    from compared
    inner join since using (account_id, webinar_id, source_endpoint)
    where compared.position = 1
)
select * from final

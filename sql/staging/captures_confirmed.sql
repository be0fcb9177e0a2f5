-- One row per committed capture that says something new of its account, stream, subject and source.
-- A reading that came out as the one before it (the same rows by checksum, counts and status) only
-- confirms it: `confirmed_at` and `confirmed_run_id` tell the last such reading. So nothing but
-- these two columns depends on how often something was read again.
with
arrived as (
    select *
    from raw.captures
    qualify row_number() over (partition by capture_id order by finished_at desc, status) = 1
),
compared as (
    select
        *,
        {
            'status': status, 'reason': reason, 'error_code': error_code,
            'expected_rows': expected_rows, 'captured_rows': captured_rows,
            'repeated_rows': repeated_rows, 'rejected_rows': rejected_rows,
            'rows_checksum': rows_checksum, 'webinar_id': webinar_id,
            'instance_uuid': instance_uuid, 'instance_start': instance_start
        } as said
    from arrived
),
flagged as (
    select
        *,
        coalesce(
            rows_checksum is not null
            and status in ('complete', 'empty', 'partial')
            and said is not distinct from lag(said) over readings,
            false
        ) as is_repeated
    from compared
    window readings as (
        partition by account_id, stream, subject, source_endpoint order by finished_at, capture_id
    )
),
numbered as (
    select
        *,
        count(*) filter (where not is_repeated) over (
            partition by account_id, stream, subject, source_endpoint
            order by finished_at, capture_id
            rows between unbounded preceding and current row
        ) as saying
    from flagged
),
final as (
    select
        * exclude (said, is_repeated, saying),
        max(finished_at) over same as confirmed_at,
        max(run_id) over same as confirmed_run_id
    from numbered
    window same as (partition by account_id, stream, subject, source_endpoint, saying)
    qualify not is_repeated
)
select * from final

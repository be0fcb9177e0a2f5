-- One row per committed capture that says something new of its account, stream, subject and source.
-- A reading that came out as the one before it (the same rows by checksum, counts and status) only
-- confirms it: `confirmed_at` and `confirmed_run_id` tell the last such reading. So nothing but
-- these two columns depends on how often something was read again. Most things are read once: their
-- captures stay as they are, and only the others are compared.
with
captures as (
    select * from raw.captures
),
repeated_ids as (
    select capture_id from captures group by capture_id having count(*) > 1
),
arrived as (
    select * from captures anti join repeated_ids using (capture_id)
    union all
    select *
    from captures
    semi join repeated_ids using (capture_id)
    qualify row_number() over (partition by capture_id order by finished_at desc, status) = 1
),
read_again as (
    select account_id, stream, subject, source_endpoint
    from arrived
    group by account_id, stream, subject, source_endpoint
    having count(*) > 1
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
    semi join read_again
        on read_again.account_id is not distinct from arrived.account_id
        and read_again.stream is not distinct from arrived.stream
        and read_again.subject is not distinct from arrived.subject
        and read_again.source_endpoint is not distinct from arrived.source_endpoint
),
once as (
    select * from arrived anti join compared using (capture_id)
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
confirmed as (
    select
        * exclude (said, is_repeated, saying),
        max(finished_at) over same as confirmed_at,
        max(run_id) over same as confirmed_run_id
    from numbered
    window same as (partition by account_id, stream, subject, source_endpoint, saying)
    qualify not is_repeated
),
final as (
    select *, finished_at as confirmed_at, run_id as confirmed_run_id from once
    union all
    select * from confirmed
)
select * from final

-- One row per account, data stream, subject and source that was asked about an instance or a
-- webinar: the number of rows the source promised (`total_records` of its pages) and the number
-- captured of the subject, from whichever source is believed. Of an instance the largest promise
-- counts, of what changes with time only that of the reading that is believed, as in
-- intermediate.captures_judged. A source that promised nothing says here why, or that it never
-- does.
with
captures as (
    select * from staging.captures where webinar_id is not null or instance_uuid is not null
),
judged as (
    select * from intermediate.captures_judged
),
asked as (
    select
        account_id,
        stream,
        subject,
        source_endpoint,
        max(webinar_id) as zoom_webinar_id,
        max(instance_uuid) as instance_uuid,
        max(expected_rows) filter (where is_of_instance or is_best) as promised,
        arg_max(status, {'finished_at': finished_at, 'capture_id': capture_id}) as last_status,
        arg_max(
            {'reason': reason}, {'finished_at': finished_at, 'capture_id': capture_id}
        ).reason as last_reason
    from captures
    group by account_id, stream, subject, source_endpoint
),
final as (
    select
        asked.account_id,
        asked.stream,
        asked.subject,
        asked.source_endpoint,
        asked.zoom_webinar_id,
        asked.instance_uuid,
        asked.promised,
        judged.captured,
        judged.source_endpoint as captured_from,
        case
            when asked.promised is null then 'unknown'
            when judged.captured < asked.promised then 'short'
            when judged.captured > asked.promised then 'over'
            else 'met'
        end as verdict,
        case
            when asked.promised is null
                and asked.last_status in ('denied', 'expired', 'failed', 'not_ready')
                then concat_ws(': ', asked.last_status, asked.last_reason)
            when asked.promised is null then 'this source does not say how many there are'
            when judged.captured < asked.promised
                then concat(asked.promised - judged.captured, ' rows are missing')
            when judged.captured > asked.promised
                then 'another source or reading had more'
        end as note
    from asked
    inner join judged using (account_id, stream, subject)
)
select * from final

-- One row per webinar whose settings were read, from a listing or in detail: each fact from what
-- has changed last. `scheduled_until`: its start or last occurrence, whichever is later, of those
-- still listed. Kept in the catalog: what is scheduled ends without anything being read.
with
described as (
    select
        account_id,
        webinar_id as zoom_webinar_id,
        arg_min(topic, position) as topic,
        arg_min(host_id, position) as host_id,
        arg_min(host_email, position) as host_email,
        arg_min(timezone, position) as timezone,
        arg_min(start_time, position) as start_time,
        arg_min(duration_minutes, position) as scheduled_duration,
        arg_min(webinar_type, position) as webinar_type,
        arg_min(approval_type, position) as approval_type,
        arg_min(occurrences, position) as occurrences,
        bool_or(is_listed) as is_listed
    from (
        select
            *,
            row_number() over (
                partition by account_id, webinar_id order by captured_at desc, source_endpoint desc
            ) as position
        from staging.webinars
    )
    group by account_id, webinar_id
),
occurrences as (
    select
        account_id,
        zoom_webinar_id,
        min(try_cast(occurrence ->> '$.start_time' as timestamptz)) as first_start_time,
        max(try_cast(occurrence ->> '$.start_time' as timestamptz)) as last_start_time
    from (
        select
            account_id,
            zoom_webinar_id,
            unnest(from_json(occurrences, '["json"]')) as occurrence
        from described
        where json_valid(occurrences) and json_type(occurrences) = 'ARRAY'
    )
    group by account_id, zoom_webinar_id
),
final as (
    select
        described.* exclude (occurrences),
        occurrences.first_start_time,
        case when described.is_listed
            then greatest(described.start_time, occurrences.last_start_time) end
            as scheduled_until
    from described
    left join occurrences using (account_id, zoom_webinar_id)
)
select * from final

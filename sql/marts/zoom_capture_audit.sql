-- One row per account, stream and subject: what was promised, what was captured, from where, and
-- whether that is all.
with
judged as (
    select * from intermediate.captures_judged
),
instances as (
    select account_id, instance_uuid, instance_id, webinar_id from intermediate.instances_united
),
final as (
    select
        judged.account_id,
        coalesce(
            instances.webinar_id,
            case
                when judged.zoom_webinar_id is not null
                    then md5(concat_ws('|', 'webinar', judged.account_id,
                    judged.zoom_webinar_id))::uuid
            end
        ) as webinar_id,
        instances.instance_id,
        judged.subject,
        judged.stream,
        judged.source_endpoint,
        judged.expected::bigint as expected,
        judged.captured::bigint as captured,
        judged.status,
        judged.reason,
        judged.captured_at
    from judged
    left join instances
        on instances.account_id = judged.account_id
            and instances.instance_uuid = judged.instance_uuid
)
select * from final order by webinar_id, account_id, stream, subject

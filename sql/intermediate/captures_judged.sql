-- One row per account, data stream and subject: the best capture of it and what was promised. Lists
-- that belong to no webinar (users, windows of days) have other subjects every day; of them only
-- the routes that were refused or failed are here, because they cost instances: as long as days are
-- missing that no other listing covers, or, of lists without days, in their last run. Of an
-- instance, rows are compared with rows: the promise is the largest total any source made, so a
-- best capture with fewer rows is 'partial' although its own source was content. Of what changes
-- with time (registrants, listings) only the best capture's own promise counts, because an older
-- and larger listing was true in its day. An instance that was seen but whose participants were
-- never asked for is here too: 'not_ready', nothing captured.
with
captures as (
    select * from staging.captures
),
promises as (
    select account_id, stream, subject, max(expected_rows) as expected_rows
    from captures
    where is_of_instance
    group by account_id, stream, subject
),
best as (
    select
        captures.account_id,
        captures.stream,
        captures.subject,
        captures.webinar_id as zoom_webinar_id,
        captures.instance_uuid,
        captures.source_endpoint,
        coalesce(promises.expected_rows, captures.expected_rows) as expected,
        coalesce(captures.captured_rows, 0) as captured,
        captures.status,
        captures.reason,
        captures.expected_rows as own_expected,
        captures.confirmed_at as captured_at
    from captures
    left join promises
        on promises.account_id = captures.account_id
        and promises.stream = captures.stream
        and promises.subject = captures.subject
    where
        captures.is_best
        and coalesce(captures.webinar_id::varchar, captures.instance_uuid) is not null
),
lists as (
    select
        captures.*,
        max(captures.confirmed_run_id) over (
            partition by captures.account_id, captures.stream, captures.source_endpoint
        ) as last_run_id,
        covered.is_covered
    from captures
    left join intermediate.listings_covered as covered
        on captures.stream = 'instances'
        and covered.account_id = captures.account_id
        and covered.subject = captures.subject
    where captures.webinar_id is null and captures.instance_uuid is null
),
routes as (
    select
        account_id,
        stream,
        'route:' || source_endpoint as subject,
        null::bigint as zoom_webinar_id,
        null as instance_uuid,
        source_endpoint,
        null::bigint as expected,
        0::bigint as captured,
        min(status) as status,
        min(reason) as reason,
        max(finished_at) as captured_at
    from lists
    where
        is_best
        and status not in ('complete', 'empty')
        and not coalesce(is_covered, run_id < last_run_id)
    group by account_id, stream, source_endpoint
),
judged as (
    select
        * exclude (own_expected) replace (
            case when status in ('complete', 'empty') and captured < expected
                then 'partial' else status end
                as status,
            case
                when status in ('complete', 'empty') and captured < expected
                    then concat(
                        'captured ', captured, ' rows of ', expected, ' promised',
                        case when own_expected is distinct from expected
                            then ' by another source or reading' end
                    )
                else reason
            end as reason
        )
    from best
),
unread as (
    select
        instances.account_id,
        'participants' as stream,
        'instance:' || instances.instance_uuid as subject,
        instances.zoom_webinar_id,
        instances.instance_uuid,
        null as source_endpoint,
        null::bigint as expected,
        0::bigint as captured,
        'not_ready' as status,
        'the instance was seen, its participants were not asked for yet' as reason,
        null::timestamptz as captured_at
    from intermediate.instances_united as instances
    anti join captures
        on captures.stream = 'participants'
        and captures.account_id = instances.account_id
        and captures.instance_uuid = instances.instance_uuid
),
final as (
    select * from judged
    union all by name
    select * from routes
    union all by name
    select * from unread
)
select * from final

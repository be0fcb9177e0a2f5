-- One row per account, subject (an instance or a webinar), data stream, source and figure: what the
-- source promised and what was captured, in the same measure. Rows are compared with rows and
-- people with people. `short` is said of `total_records` alone and is what is missing. Any other
-- figure that is not ours `differs`, for a report can be wrong about itself; it is `unknown` where
-- Zoom does not say what it counts, or there is nothing to compare it with.
with
row_promises as (
    select
        promised.account_id,
        coalesce(
            instances.webinar_id,
            md5(concat_ws('|', 'webinar', promised.account_id, promised.zoom_webinar_id))::uuid
        ) as webinar_id,
        instances.instance_id,
        promised.subject,
        promised.stream,
        promised.source_endpoint,
        'total_records' as figure,
        'rows' as measure,
        promised.promised,
        promised.captured,
        promised.captured_from,
        promised.verdict,
        promised.note
    from intermediate.rows_promised as promised
    left join intermediate.instances_united as instances
        on instances.account_id = promised.account_id
        and instances.instance_uuid = promised.instance_uuid
),
compared as (
    select * from intermediate.figures_compared
),
figure_promises as (
    select
        account_id,
        webinar_id,
        instance_id,
        'instance:' || instance_uuid as subject,
        stream,
        source_endpoint,
        figure,
        measure,
        promised,
        captured,
        captured_from,
        case
            when captured is null then 'unknown'
            when captured = promised then 'met'
            -- How many of the attendees at the peak had come by telephone is not known.
            when figure = 'max_concurrent_views'
                and promised between captured - telephones and captured then 'met'
            when figure = 'participants_count' and measure = 'people' then 'unknown'
            else 'differs'
        end as verdict,
        concat_ws(
            '; ',
            case
                when figure = 'participants_count' and measure = 'rows'
                    then 'the dashboard counts joins'
                when figure = 'participants_count' and captured <> promised
                    then concat(
                        'Zoom does not say whether it counts people or joins, and there are ',
                        joins, ' joins'
                    )
                when figure = 'participants_count' then 'people in any role'
                when figure = 'unique_viewers'
                    then 'attendees, without those who came by telephone only'
                when figure = 'max_concurrent_views' then 'attendees present at once'
                when figure = 'total_users' then 'the report counts joins'
                when figure = 'registrants_count' then 'registrations in the same report'
            end,
            case
                when captured is null and figure <> 'registrants_count'
                    then concat('participants were not captured: ', capture_status)
                when capture_status = 'partial' then 'participants were captured in part'
            end
        ) as note
    from compared
),
absentee_promises as (
    select
        balanced.account_id,
        instances.webinar_id,
        instances.instance_id,
        'instance:' || balanced.instance_uuid as subject,
        'absentees' as stream,
        balanced.source_endpoint,
        'approved_registrants' as figure,
        'people' as measure,
        balanced.approved as promised,
        balanced.came + balanced.absentees as captured,
        balanced.source_endpoint as captured_from,
        case
            when not balanced.is_comparable then 'unknown'
            when balanced.came + balanced.absentees = balanced.approved then 'met'
            else 'differs'
        end as verdict,
        concat(
            balanced.came, ' registrants came and ', balanced.absentees, ' were absent',
            case when not balanced.is_comparable
                then '; the registrants of this instance are not known' end
        ) as note
    from intermediate.absentees_balanced as balanced
    inner join intermediate.instances_united as instances
        on instances.account_id = balanced.account_id
        and instances.instance_uuid = balanced.instance_uuid
),
united as (
    select * from row_promises
    union all by name
    select * from figure_promises
    union all by name
    select * from absentee_promises
),
final as (
    select * replace (promised::bigint as promised, captured::bigint as captured) from united
)
select * from final order by webinar_id, account_id, subject, stream, source_endpoint, figure

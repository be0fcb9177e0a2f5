-- One row per instance: from when to when it ran, and how long. From discovery or the detail
-- report. Where only the start is known, it ran until the last leave; where that lies before the
-- start or nothing is known, it ran as long as its connections span.
with
instances as (
    select * from intermediate.instances_united
),
spans as (
    select instance_key, min(join_ms) as first_join_ms, max(leave_ms) as last_leave_ms
    from intermediate.connections_cleaned
    where is_presence
    group by instance_key
),
bounded as (
    select
        instances.instance_key,
        case
            when instances.end_ms is null and instances.start_ms >= spans.last_leave_ms
                then spans.first_join_ms
            else coalesce(instances.start_ms, spans.first_join_ms)
        end as start_ms,
        case
            when instances.start_ms is not null and instances.end_ms is not null
                then instances.end_ms
            else spans.last_leave_ms
        end as end_ms
    from instances
    left join spans using (instance_key)
),
final as (
    select *, end_ms // 1000 - start_ms // 1000 as duration from bounded
)
select * from final

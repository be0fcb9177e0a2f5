-- One row per instance: how long it ran. From discovery or the detail report; else the span of its
-- connections.
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
final as (
    select
        instances.instance_key,
        coalesce(instances.start_ms, spans.first_join_ms) as start_ms,
        case
            when instances.start_ms is not null and instances.end_ms is not null
                then instances.end_ms
            else spans.last_leave_ms
        end as end_ms,
        case
            when instances.start_ms is not null and instances.end_ms is not null
                then instances.end_ms // 1000 - instances.start_ms // 1000
            else spans.last_leave_ms // 1000 - spans.first_join_ms // 1000
        end as duration
    from instances
    left join spans using (instance_key)
)
select * from final

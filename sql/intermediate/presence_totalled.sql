-- One row per participant with presence: its sessions counted and summed, its first and its last
-- moment.
with
final as (
    select
        participant_key,
        any_value(instance_key) as instance_key,
        count(*) as session_count,
        sum(duration) as total_duration,
        min(join_ms) as first_join_ms,
        max(leave_ms) as last_leave_ms
    from intermediate.presence_merged
    group by participant_key
)
select * from final

-- One row per participant with presence: its sessions counted and summed.
with
final as (
    select
        participant_key,
        count(*) as session_count,
        sum(duration) as total_duration,
        max(leave_ms) as last_leave_ms
    from intermediate.presence_merged
    group by participant_key
)
select * from final

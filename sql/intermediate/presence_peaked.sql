-- One row per instance with presence: the most people present at once, the first moment of it, and
-- the most attendees.
with
counted as (
    select * from intermediate.presence_counted
),
final as (
    select
        instance_key,
        max(present) as peak_concurrent,
        arg_min(at_ms, {'present': -present, 'at_ms': at_ms}) as peak_at_ms,
        max(attendees_present) as attendee_peak_concurrent
    from counted
    group by instance_key
    having max(present) > 0
)
select * from final

-- One row per instance and minute from the first to the last moment of the instance: the most
-- people present at once during that minute, and the sessions that began and ended in it. A stretch
-- of more than a day without any change (a wrong clock in the report) is filled for its first day
-- only.
with
counted as (
    select
        *,
        at_ms // 60000 as first_minute,
        least((coalesce(until_ms, at_ms + 1) - 1) // 60000, at_ms // 60000 + 1440) as last_minute
    from intermediate.presence_counted
),
spread as (
    select instance_key, unnest(range(first_minute, last_minute + 1)) as minute_number, present
    from counted
),
most as (
    select instance_key, minute_number, max(present) as present
    from spread
    group by instance_key, minute_number
),
changes as (
    select instance_key, first_minute as minute_number, sum(joined) as joined, sum("left") as "left"
    from counted
    group by instance_key, first_minute
),
final as (
    select
        most.instance_key,
        make_timestamptz(most.minute_number * 60000000) as minute,
        most.present,
        coalesce(changes.joined, 0) as joined,
        coalesce(changes."left", 0) as "left"
    from most
    left join changes using (instance_key, minute_number)
)
select * from final

-- One row per instance and minute: the most people present at once during it, sessions begun and
-- ended in it.
with
minutes as (
    select * from intermediate.presence_by_minute
),
instances as (
    select instance_key, instance_id from intermediate.instances_united
),
final as (
    select
        instances.instance_id,
        minutes.minute,
        minutes.present::int as present,
        minutes.joined::int as joined,
        minutes."left"::int as "left"
    from minutes
    inner join instances using (instance_key)
)
select * from final order by instance_id, minute

-- No connection is lost or counted twice between staging and marts: the rows of the best capture of
-- each instance, less the waiting room and exact duplicates, are the connections of its
-- participants; and durations agree.
with
rows as (
    select distinct
        account_id, instance_uuid, join_time, leave_time,
        -- Eight bytes instead of the texts.
        hash(user_id, name, email, registrant_id, zoom_user_id, status, breakout_room_id) as rest
    from staging.participants
    where status is distinct from 'in_waiting_room'
),
staged as (
    select
        account_id,
        instance_uuid as zoom_uuid,
        count(*) as connections,
        coalesce(
            sum(epoch_ms(leave_time) // 1000 - epoch_ms(join_time) // 1000)
                filter (where leave_time > join_time),
            0
        ) as connected_duration
    from rows
    group by account_id, instance_uuid
),
instances as (
    select account_id, zoom_uuid, connection_count, connected_duration
    from marts.zoom_webinar_instances
),
final as (
    select
        coalesce(instances.account_id, staged.account_id) as account_id,
        coalesce(instances.zoom_uuid, staged.zoom_uuid) as zoom_uuid,
        staged.connections as staged_connections,
        instances.connection_count,
        staged.connected_duration as staged_duration,
        instances.connected_duration
    from instances
    full join staged using (account_id, zoom_uuid)
    where
        coalesce(instances.connection_count, 0) <> coalesce(staged.connections, 0)
        or coalesce(instances.connected_duration, 0) <> coalesce(staged.connected_duration, 0)
)
select * from final order by account_id, zoom_uuid

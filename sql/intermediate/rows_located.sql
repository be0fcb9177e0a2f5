-- One row per join/leave row of the best capture of an instance, the waiting room left out, with
-- the instance; duplicates that Zoom sent are still here. Times are milliseconds since 1970 (UTC).
-- `role_order`: the rights of the role that the row itself says, the most rights first. Stored, so
-- that what reads it is planned for as many rows as there are.
with
-- A capture of participants is of one instance, which to look up is cheaper than for each row.
captures as (
    select captures.capture_id, instances.instance_key
    from staging.captures as captures
    inner join intermediate.instances_united as instances
        on instances.account_id = captures.account_id
        and instances.instance_uuid = captures.instance_uuid
    where captures.stream = 'participants' and captures.is_best
),
final as (
    select
        captures.instance_key,
        epoch_ms(rows.join_time) as join_ms,
        epoch_ms(rows.leave_time) as leave_ms,
        rows.user_id,
        rows.name,
        rows.email,
        rows.registrant_id,
        rows.zoom_user_id,
        rows.breakout_room_id,
        rows.status,
        case rows.role
            when 'host' then 1 when 'panelist' then 2 when 'attendee' then 3 when 'other' then 4
        end as role_order,
        rows.source_endpoint
    from staging.participants as rows
    inner join captures on captures.capture_id = rows.capture_id
    where rows.status is distinct from 'in_waiting_room'
)
select * from final

-- One row per connection: a join/leave row of the best capture of an instance, exact duplicates
-- dropped, the waiting room left out. `connection_key` is a dense number in the order of instance,
-- join, leave and the rest of the row. Times are milliseconds since 1970 (UTC). A row without a
-- later leave is a connection without presence.
with
instances as (
    select instance_key, account_id, instance_uuid from intermediate.instances_united
),
names as (
    select name, name_key, match_key, is_generic from intermediate.names_normalised
),
rows as (
    select
        account_id,
        instance_uuid,
        join_time,
        leave_time,
        user_id,
        name,
        email,
        registrant_id,
        zoom_user_id,
        breakout_room_id,
        status,
        min(case role when 'host' then 1 when 'panelist' then 2 when 'attendee' then 3 when 'other'
            then 4 end)
            as role_order,
        min(source_endpoint) as source_endpoint
    from staging.participants
    where status is distinct from 'in_waiting_room'
    group by all
),
located as (
    select
        instances.instance_key,
        epoch_ms(rows.join_time) as join_ms,
        epoch_ms(rows.leave_time) as leave_ms,
        rows.* exclude (account_id, instance_uuid, join_time, leave_time),
        coalesce(names.name_key, '') as name_key,
        coalesce(names.match_key, '') as match_key,
        coalesce(names.is_generic, true) as is_generic_name
    from rows
    inner join instances
        on instances.account_id = rows.account_id and instances.instance_uuid = rows.instance_uuid
    left join names on names.name = rows.name
),
final as (
    select
        row_number() over (
            order by
                instance_key, join_ms, leave_ms, user_id, name, email, registrant_id, zoom_user_id,
                breakout_room_id, status
        ) as connection_key,
        * exclude (role_order),
        case role_order when 1 then 'host' when 2 then 'panelist' when 3 then 'attendee' when 4
            then 'other' end
            as role,
        coalesce(leave_ms > join_ms, false) as is_presence
    from located
)
select * from final

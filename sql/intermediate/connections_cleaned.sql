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
counted as (
    select
        instance_key,
        coalesce(
            sum(count(*)) over (
                order by instance_key rows between unbounded preceding and 1 preceding
            ),
            0
        )::bigint
            as earlier_rows
    from located
    group by instance_key
),
final as (
    select
        -- By instance, and in order only afterwards: cheaper than one sort of all rows by all that.
        counted.earlier_rows + row_number() over (
            partition by located.instance_key
            order by
                located.join_ms, located.leave_ms, located.user_id, located.name, located.email,
                located.registrant_id, located.zoom_user_id, located.breakout_room_id,
                located.status
        ) as connection_key,
        located.* exclude (role_order),
        case located.role_order
            when 1 then 'host' when 2 then 'panelist' when 3 then 'attendee' when 4 then 'other'
        end as role,
        coalesce(located.leave_ms > located.join_ms, false) as is_presence
    from located
    inner join counted on counted.instance_key = located.instance_key
)
select * from final order by connection_key

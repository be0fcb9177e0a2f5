-- One row per connection: a join/leave row of the best capture of an instance, exact duplicates
-- dropped, the waiting room left out. `connection_key` is a number in the order of instance, join,
-- leave and the rest of the row. Times are milliseconds since 1970 (UTC). A row without a later
-- leave is a connection without presence. Of exact duplicates, which one sort brings together, the
-- first stays: with the highest role, and the source that all rows of a capture have.
with
instances as (
    select instance_key, account_id, instance_uuid from intermediate.instances_united
),
names as (
    select name, name_key, match_key, is_generic from intermediate.names_normalised
),
rows as (
    select
        instances.instance_key,
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
    inner join instances
        on instances.account_id = rows.account_id and instances.instance_uuid = rows.instance_uuid
    where rows.status is distinct from 'in_waiting_room'
),
numbered as (
    select
        *,
        row_number() over told as place,
        rank() over alike as first_place
    from rows
    window
        alike as (
            partition by instance_key
            order by
                join_ms, leave_ms, user_id, name, email, registrant_id, zoom_user_id,
                breakout_room_id, status
        ),
        told as (
            partition by instance_key
            order by
                join_ms, leave_ms, user_id, name, email, registrant_id, zoom_user_id,
                breakout_room_id, status, role_order, source_endpoint
        )
),
earlier as (
    select
        instance_key,
        coalesce(
            sum(count(*)) over (
                order by instance_key rows between unbounded preceding and 1 preceding
            ),
            0
        )::bigint
            as rows_before
    from rows
    group by instance_key
),
final as (
    select
        earlier.rows_before + numbered.place as connection_key,
        numbered.* exclude (role_order, place, first_place),
        coalesce(names.name_key, '') as name_key,
        coalesce(names.match_key, '') as match_key,
        coalesce(names.is_generic, true) as is_generic_name,
        case numbered.role_order
            when 1 then 'host' when 2 then 'panelist' when 3 then 'attendee' when 4 then 'other'
        end as role,
        coalesce(numbered.leave_ms > numbered.join_ms, false) as is_presence
    from numbered
    inner join earlier on earlier.instance_key = numbered.instance_key
    left join names on names.name = numbered.name
    where numbered.place = numbered.first_place
)
select * from final

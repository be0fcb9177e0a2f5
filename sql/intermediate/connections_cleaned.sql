-- One row per connection: a join/leave row of the best capture of an instance, exact duplicates
-- dropped, the waiting room left out. `connection_key` is a number in the order of instance, join,
-- leave and the rest of the row. Times are milliseconds since 1970 (UTC). A row without a later
-- leave is a connection without presence. Few rows of an instance have both times in common, so
-- only these are sorted by their texts. Of exact duplicates the first stays: with the highest role,
-- and the source that all rows of a capture have.
with
-- Not materialized: the ranks need three columns of a dozen.
rows as not materialized (
    select * from intermediate.rows_located
),
names as (
    select name, name_key, match_key, is_generic from intermediate.names_normalised
),
ranked as (
    select
        instance_key,
        join_ms,
        leave_ms,
        rank() over (order by instance_key, join_ms, leave_ms) as first_place
    from rows
),
stretches as materialized (
    select instance_key, join_ms, leave_ms, any_value(first_place) as first_place,
        count(*) > 1 as is_shared
    from ranked
    group by instance_key, join_ms, leave_ms
),
-- Not materialized: to look the places up twice takes less room than to keep all rows with them.
placed as not materialized (
    select rows.*, stretches.first_place, stretches.is_shared
    from rows
    inner join stretches
        on stretches.instance_key = rows.instance_key
        and stretches.join_ms is not distinct from rows.join_ms
        and stretches.leave_ms is not distinct from rows.leave_ms
),
numbered as (
    select
        *,
        row_number() over told as place,
        rank() over alike as place_of_alike
    from placed
    where is_shared
    window
        alike as (
            partition by first_place
            order by
                user_id, name, email, registrant_id, zoom_user_id, breakout_room_id, status
        ),
        told as (
            partition by first_place
            order by
                user_id, name, email, registrant_id, zoom_user_id, breakout_room_id, status,
                role_order, source_endpoint
        )
),
united as (
    select *, 1 as place from placed where not is_shared
    union all
    select * exclude (place_of_alike) from numbered where place = place_of_alike
),
final as (
    select
        united.first_place + united.place - 1 as connection_key,
        united.* exclude (role_order, place, first_place, is_shared),
        coalesce(names.name_key, '') as name_key,
        coalesce(names.match_key, '') as match_key,
        coalesce(names.is_generic, true) as is_generic_name,
        case united.role_order
            when 1 then 'host' when 2 then 'panelist' when 3 then 'attendee' when 4 then 'other'
        end as role,
        coalesce(united.leave_ms > united.join_ms, false) as is_presence
    from united
    left join names on names.name = united.name
)
select * from final

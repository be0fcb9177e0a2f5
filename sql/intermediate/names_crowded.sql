-- One row per instance and name that three or more rows without any key had at once, for more than
-- a minute altogether: a second device is common and a handover takes seconds, so three are most
-- likely two people of one name, and the name points to nobody.
with
rows as (
    select connections.instance_key, connections.match_key, connections.join_ms,
        connections.leave_ms
    from intermediate.connections_cleaned as connections
    inner join intermediate.connections_keyed as keyed
        on keyed.connection_key = connections.connection_key
    where
        connections.is_presence
        and not connections.is_generic_name
        and keyed.registrant_key = ''
        and keyed.user_key = ''
        and keyed.email_key = ''
        and keyed.link_key = ''
        and keyed.row_key = ''
),
names as (
    select instance_key, match_key from rows group by instance_key, match_key having count(*) > 2
),
often as (
    select rows.*
    from rows
    semi join names
        on names.instance_key = rows.instance_key and names.match_key = rows.match_key
),
moments as (
    select instance_key, match_key, join_ms as at_ms, 1 as change from often
    union all
    select instance_key, match_key, leave_ms, -1 from often
),
counted as (
    select
        instance_key,
        match_key,
        sum(change) over in_order as present,
        lead(at_ms) over in_order - at_ms as lasting_ms
    from moments
    window in_order as (partition by instance_key, match_key order by at_ms, change)
),
final as (
    select instance_key, match_key
    from counted
    where present > 2
    group by instance_key, match_key
    having sum(lasting_ms) > 60000
)
select * from final

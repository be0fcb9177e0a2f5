-- One row per instance and registrant id whose link was forwarded: the user says so, or two account
-- users came through it, or two unlike names were present at once (more than 0 s) that are not
-- known to be one account user. Names are alike when one's words are a part of the other's; generic
-- names are like all. Overlap is first looked for against the longest-lasting earlier row only,
-- which finds a link posted in public without comparing all its rows with each other; only links
-- left over are compared row by row.
with
-- Not materialized: each step needs few columns and the first reads all rows.
connections as not materialized (
    select * from intermediate.connections_cleaned where registrant_id is not null
),
candidates as (
    select
        instance_key,
        registrant_id,
        coalesce(max(zoom_user_id) > min(zoom_user_id), false) as has_users,
        coalesce(
            max(name_key) filter (where is_presence and not is_generic_name)
            > min(name_key) filter (where is_presence and not is_generic_name),
            false
        ) as has_names
    from connections
    group by instance_key, registrant_id
    having has_users or has_names
),
two_users as (
    select instance_key, registrant_id from candidates where has_users
),
named as (
    select
        connections.instance_key,
        connections.registrant_id,
        connections.connection_key,
        connections.zoom_user_id,
        connections.name_key,
        connections.join_ms,
        connections.leave_ms,
        max({
            'leave_ms': connections.leave_ms,
            'name_key': connections.name_key,
            'zoom_user_id': connections.zoom_user_id
        }) over (
            partition by connections.instance_key, connections.registrant_id
            order by connections.join_ms, connections.connection_key
            rows between unbounded preceding and 1 preceding
        ) as lasting
    from connections
    inner join candidates
        on candidates.instance_key = connections.instance_key
        and candidates.registrant_id = connections.registrant_id
    where not candidates.has_users and connections.is_presence and not connections.is_generic_name
),
found_at_once as (
    select distinct instance_key, registrant_id
    from named
    where
        lasting.leave_ms > join_ms
        and not list_has_all(string_split(lasting.name_key, ' '), string_split(name_key, ' '))
        and not list_has_all(string_split(name_key, ' '), string_split(lasting.name_key, ' '))
        and coalesce(lasting.zoom_user_id <> zoom_user_id, true)
),
left_over as (
    select named.* from named anti join found_at_once using (instance_key, registrant_id)
),
found_by_pairs as (
    select distinct earlier.instance_key, earlier.registrant_id
    from left_over as earlier
    inner join left_over as later
        on later.instance_key = earlier.instance_key
        and later.registrant_id = earlier.registrant_id
        and later.connection_key > earlier.connection_key
        and later.join_ms < earlier.leave_ms
        and later.name_key <> earlier.name_key
    where
        not list_has_all(string_split(later.name_key, ' '), string_split(earlier.name_key, ' '))
        and not list_has_all(string_split(earlier.name_key, ' '), string_split(later.name_key, ' '))
        and coalesce(later.zoom_user_id <> earlier.zoom_user_id, true)
),
found_by_user as (
    select distinct connections.instance_key, connections.registrant_id
    from connections
    inner join staging.corrections as corrections
        on corrections.action = 'share' and corrections.kind = 'registrant'
        and corrections.key = connections.registrant_id
),
final as (
    select instance_key, registrant_id from two_users
    union
    select instance_key, registrant_id from found_by_user
    union
    select instance_key, registrant_id from found_at_once
    union
    select instance_key, registrant_id from found_by_pairs
)
select * from final

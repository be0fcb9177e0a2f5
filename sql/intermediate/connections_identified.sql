-- One row per connection: the participant it belongs to, and how that was told. `recognised_by`:
-- 'key' (strong keys or a forwarded link's group); 'name' (no key, but exactly one participant with
-- keys has this name); 'own_name' (no key, nobody with keys has the name: all such rows are one
-- participant); 'ambiguous_name' (two or more have it: the rows are one participant of their own,
-- linked to nobody); 'nothing' (no key and a generic name: each row is its own participant).
-- `participant_key` is the connection_key of the participant's first row.
with
connections as (
    select connection_key, instance_key, name_key, is_generic_name
    from intermediate.connections_cleaned
),
keyed as (
    select * from intermediate.connections_keyed
),
tuples as (
    select * from intermediate.key_tuples_distinct
),
connected as (
    select * from intermediate.key_tuples_connected
),
placed as (
    select
        connections.*,
        coalesce(connected.component_key, tuples.tuple_key) as component_key
    from connections
    inner join keyed on keyed.connection_key = connections.connection_key
    left join tuples
        on tuples.instance_key = keyed.instance_key
        and tuples.registrant_key = keyed.registrant_key
        and tuples.user_key = keyed.user_key
        and tuples.email_key = keyed.email_key
        and tuples.link_key = keyed.link_key
    left join connected on connected.tuple_key = tuples.tuple_key
),
candidates as (
    select instance_key, name_key, min(component_key) as component_key,
        count(distinct component_key) as components
    from placed
    where component_key is not null and not is_generic_name
    group by instance_key, name_key
),
recognised as (
    select
        placed.connection_key,
        placed.instance_key,
        case
            when placed.component_key is not null then 'key'
            when placed.is_generic_name then 'nothing'
            when candidates.components = 1 then 'name'
            when candidates.components > 1 then 'ambiguous_name'
            else 'own_name'
        end as recognised_by,
        case
            when placed.component_key is not null then placed.component_key
            when not placed.is_generic_name and candidates.components = 1
                then candidates.component_key
        end as component_key,
        case
            when placed.component_key is null and not placed.is_generic_name then placed.name_key
        end as own_name_key
    from placed
    left join candidates
        on candidates.instance_key = placed.instance_key and candidates.name_key = placed.name_key
),
by_component as (
    select component_key, min(connection_key) as participant_key
    from recognised
    where component_key is not null
    group by component_key
),
by_name as (
    select instance_key, own_name_key, min(connection_key) as participant_key
    from recognised
    where recognised_by in ('own_name', 'ambiguous_name')
    group by instance_key, own_name_key
),
final as (
    select
        recognised.connection_key,
        recognised.instance_key,
        coalesce(
            by_component.participant_key,
            by_name.participant_key,
            recognised.connection_key
        ) as participant_key,
        recognised.recognised_by
    from recognised
    left join by_component on by_component.component_key = recognised.component_key
    left join by_name
        on recognised.recognised_by in ('own_name', 'ambiguous_name')
        and by_name.instance_key = recognised.instance_key
        and by_name.own_name_key = recognised.own_name_key
)
select * from final

-- One row per participant: who it is called, how it was recognised (`evidence` says more than
-- `identity_method`, see confidence_rates), and its natural key in the instance. Name: that of the
-- first connection whose name is not generic, else of the first that has one. `natural_key`: the
-- smallest of the strongest kind of key owned (registrant, user, email, forwarded link), else the
-- name, else the row.
with
connections as not materialized (
    select * from intermediate.connections_cleaned
),
identified as (
    select * from intermediate.connections_identified
),
corrected as (
    select participant_key from intermediate.participants_corrected
),
owned as (
    select
        participant_key,
        min(key) filter (where kind = 'registrant') as registrant_id,
        min(key) filter (where kind = 'user') as zoom_user_id,
        min(key) filter (where kind = 'email') as email,
        min(key) filter (where kind = 'link') as link
    from intermediate.participant_keys_owned
    group by participant_key
),
linked as (
    select participant_key, probability from intermediate.participants_linked
),
gathered as (
    select
        identified.participant_key,
        any_value(identified.instance_key) as instance_key,
        count(*) as connection_count,
        min(connections.join_ms) as first_join_ms,
        max(connections.leave_ms) as last_leave_ms,
        min(connections.leave_ms) as first_leave_ms,
        coalesce(
            sum(connections.leave_ms // 1000 - connections.join_ms // 1000)
                filter (where connections.is_presence),
            0
        ) as connected_duration,
        min(connections.connection_key)
            filter (where not connections.is_generic_name) as first_named_key,
        min(connections.connection_key)
            filter (where connections.name is not null) as first_spelled_key,
        min(case connections.role when 'host' then 1 when 'panelist' then 2 when 'attendee'
            then 3 when 'other'
            then 4 end)
            as role_order,
        bool_or(identified.recognised_by = 'ambiguous_name') as is_ambiguous,
        bool_or(identified.recognised_by = 'own_name') as is_own_name,
        min(connections.source_endpoint) as source_endpoint
    from identified
    inner join connections on connections.connection_key = identified.connection_key
    group by identified.participant_key
),
-- Rows that only a decision of the user joins keep the name as their natural key, and so their id,
-- where no other group has it.
corrected_names as (
    select
        gathered.instance_key,
        connections.match_key,
        min(gathered.participant_key) as participant_key
    from gathered
    semi join corrected on corrected.participant_key = gathered.participant_key
    anti join owned on owned.participant_key = gathered.participant_key
    inner join connections on connections.connection_key = gathered.first_named_key
    group by gathered.instance_key, connections.match_key
),
named_by_decision as (
    select corrected_names.participant_key
    from corrected_names
    anti join (
        select gathered.participant_key, gathered.instance_key, connections.match_key
        from gathered
        inner join connections on connections.connection_key = gathered.first_named_key
        where gathered.is_own_name or gathered.is_ambiguous
    ) as others
        on others.instance_key = corrected_names.instance_key
        and others.match_key = corrected_names.match_key
        and others.participant_key <> corrected_names.participant_key
),
-- From the connections to the participants, or the texts of all connections would be held.
spelled as (
    select
        gathered.*,
        connections.name as participant_name,
        case when not connections.is_generic_name then connections.name_key end as name_key,
        connections.match_key
    from connections
    inner join gathered
        on connections.connection_key
            = coalesce(gathered.first_named_key, gathered.first_spelled_key)
    union all
    select gathered.*, null, null, null
    from gathered
    where first_named_key is null and first_spelled_key is null
),
-- Only who owns no key is known by its first row.
unowned as (
    select participant_key from gathered anti join owned using (participant_key)
),
opening as (
    select connections.*
    from connections
    inner join unowned on unowned.participant_key = connections.connection_key
),
final as (
    select
        spelled.participant_key,
        spelled.instance_key,
        spelled.participant_name,
        spelled.name_key,
        -- A key together with a name is written "key (name)".
        case
            when contains(owned.email, ' (') then regexp_replace(owned.email, ' \(.*\)$', '')
            else owned.email
        end as owned_email,
        owned.registrant_id as owned_registrant_id,
        case
            when contains(owned.zoom_user_id, ' (')
                then regexp_replace(owned.zoom_user_id, ' \(.*\)$', '')
            else owned.zoom_user_id
        end as zoom_user_id,
        spelled.role_order,
        coalesce(spelled.first_join_ms, spelled.first_leave_ms) as first_join_ms,
        spelled.last_leave_ms,
        spelled.connection_count,
        spelled.connected_duration,
        spelled.source_endpoint,
        case
            when corrected.participant_key is not null then 'correction'
            when owned.link is not null and owned.registrant_id is null then 'shared_link'
            when owned.registrant_id is not null then 'registrant_id'
            when owned.zoom_user_id is not null then 'zoom_user_id'
            when owned.email is not null then 'email'
            when linked.participant_key is not null then 'probable'
            when spelled.is_ambiguous or spelled.is_own_name then 'name'
            else 'none'
        end as identity_method,
        case
            when corrected.participant_key is null and owned.participant_key is null
                and linked.participant_key is null and spelled.is_ambiguous then 'ambiguous'
            else identity_method
        end as evidence,
        coalesce(
            'r:' || owned.registrant_id,
            'u:' || owned.zoom_user_id,
            'e:' || owned.email,
            'l:' || owned.link,
            case when spelled.is_ambiguous or spelled.is_own_name
                or named_by_decision.participant_key is not null
                then 'n:' || spelled.match_key end,
            'c:' || concat_ws(
                '|',
                coalesce(opening.join_ms::varchar, ''),
                coalesce(opening.leave_ms::varchar, ''),
                coalesce(opening.user_id, ''),
                coalesce(opening.breakout_room_id, ''),
                coalesce(opening.status, ''),
                coalesce(opening.name, '')
            )
        ) as natural_key
    from spelled
    left join corrected on corrected.participant_key = spelled.participant_key
    left join owned on owned.participant_key = spelled.participant_key
    left join named_by_decision
        on named_by_decision.participant_key = spelled.participant_key
    left join linked on linked.participant_key = spelled.participant_key
    left join opening on opening.connection_key = spelled.participant_key
)
select * from final

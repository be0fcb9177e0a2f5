-- One row per participant whose rows a decision of the user brought together or parted, with the
-- lines of the decisions. Keys that a decision joins count where two of them met in one instance.
with
corrections as (
    select * from staging.corrections
),
identified as (
    select * from intermediate.connections_identified
),
keyed as (
    select * from intermediate.connections_keyed
),
instances as (
    select instance_key, instance_uuid from intermediate.instances_united
),
by_row as (
    select distinct identified.participant_key, corrections.line
    from corrections
    inner join instances on instances.instance_uuid = corrections.instance_uuid
    inner join keyed
        on keyed.instance_key = instances.instance_key and keyed.row_key = corrections.key
    inner join identified on identified.connection_key = keyed.connection_key
    where corrections.kind = 'row'
),
by_shared_key as (
    select distinct identified.participant_key, corrections.line
    from corrections
    inner join intermediate.connections_cleaned as connections
        on connections.email = corrections.key
    inner join identified on identified.connection_key = connections.connection_key
    where corrections.action = 'share' and corrections.kind = 'email'
    union
    select distinct identified.participant_key, corrections.line
    from corrections
    inner join intermediate.connections_cleaned as connections
        on connections.zoom_user_id = corrections.key
    inner join identified on identified.connection_key = connections.connection_key
    where corrections.action = 'share' and corrections.kind = 'user'
    union
    select distinct identified.participant_key, corrections.line
    from corrections
    inner join intermediate.connections_cleaned as connections
        on connections.registrant_id = corrections.key
    inner join identified on identified.connection_key = connections.connection_key
    where corrections.action = 'share' and corrections.kind = 'registrant'
),
met as (
    select
        identified.participant_key,
        corrected.cluster,
        list(distinct {'kind': corrected.kind, 'key': corrected.key}) as members
    from intermediate.key_tuples_corrected as corrected
    inner join intermediate.key_tuples_distinct as tuples using (tuple_key)
    inner join keyed
        on keyed.instance_key = tuples.instance_key
        and keyed.registrant_key = tuples.registrant_key
        and keyed.user_key = tuples.user_key
        and keyed.email_key = tuples.email_key
        and keyed.link_key = tuples.link_key
        and keyed.row_key = tuples.row_key
    inner join identified on identified.connection_key = keyed.connection_key
    group by identified.participant_key, corrected.cluster
    having len(members) > 1
),
by_meeting as (
    select distinct met.participant_key, corrections.line
    from met
    inner join corrections
        on corrections.cluster = met.cluster
        and list_contains(met.members, {'kind': corrections.kind, 'key': corrections.key})
),
united as (
    select * from by_row
    union
    select * from by_shared_key
    union
    select * from by_meeting
),
final as (
    select participant_key, list(line order by line) as lines from united group by participant_key
)
select * from final

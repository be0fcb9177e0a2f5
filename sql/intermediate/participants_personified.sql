-- One row per participant: its person across instances. A participant without any strong key is a
-- person of its own.
with
named as (
    select participant_key, participant_id from intermediate.participants_named
),
-- All keys of a holder are of one person.
held as (
    select holder_id as participant_id, min(key_number) as key_number
    from intermediate.person_keys_held
    where holder = 'p'
    group by holder_id
),
keyed as (
    select named.participant_key, named.participant_id, keys.person_id
    from named
    inner join held on held.participant_id = named.participant_id
    inner join intermediate.person_keys_identified as keys on keys.key_number = held.key_number
),
keyless as (
    select
        named.participant_key,
        named.participant_id,
        md5(concat_ws(
            '|', 'person', instances.account_id, 'participant', instances.instance_uuid,
            described.natural_key
        ))::uuid as person_id
    from named
    anti join held on held.participant_id = named.participant_id
    inner join intermediate.participants_described as described
        on described.participant_key = named.participant_key
    inner join intermediate.instances_united as instances
        on instances.instance_key = described.instance_key
),
final as (
    select * from keyed
    union all
    select * from keyless
)
select * from final

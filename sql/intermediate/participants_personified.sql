-- One row per participant: its person across instances. A participant without any strong key is a
-- person of its own.
with
named as (
    select participant_key, participant_id from intermediate.participants_named
),
headed as (
    select participant_key, participant_id, head_id from intermediate.participants_headed
),
keyed as (
    select headed.participant_key, headed.participant_id, keys.person_id
    from headed
    inner join intermediate.person_keys_identified as keys on keys.key_id = headed.head_id
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
    anti join headed on headed.participant_key = named.participant_key
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

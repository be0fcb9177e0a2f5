-- One row per participant: its person across instances. A participant without any strong key is a
-- person of its own.
with
participants as (
    select * from intermediate.participants_described
),
instances as (
    select * from intermediate.instances_united
),
-- All keys of a holder are of one person.
held as (
    select holder_key as participant_key, min(key_number) as key_number
    from intermediate.person_keys_held
    where holder = 'p'
    group by holder_key
),
keys as (
    select key_number, person_id from intermediate.person_keys_identified
),
final as (
    select
        participants.participant_key,
        md5(concat_ws(
            '|', 'participant', instances.account_id, instances.instance_uuid,
            participants.natural_key
        ))::uuid as participant_id,
        coalesce(
            keys.person_id,
            md5(concat_ws(
                '|', 'person', instances.account_id, 'participant', instances.instance_uuid,
                participants.natural_key
            ))::uuid
        ) as person_id
    from participants
    inner join instances on instances.instance_key = participants.instance_key
    left join held on held.participant_key = participants.participant_key
    left join keys on keys.key_number = held.key_number
)
select * from final

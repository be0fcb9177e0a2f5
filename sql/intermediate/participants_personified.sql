-- One row per participant: its person across instances. A participant without any strong key is a
-- person of its own.
with
participants as (
    select * from intermediate.participants_described
),
instances as (
    select * from intermediate.instances_united
),
keys as (
    select * from intermediate.person_keys_identified
),
held as (
    select claimed.holder_key as participant_key, any_value(keys.person_id) as person_id
    from intermediate.person_keys_claimed as claimed
    inner join keys
        on keys.account_id = claimed.account_id and keys.kind = claimed.kind
            and keys.key = claimed.key
    where claimed.holder = 'p'
    group by claimed.holder_key
),
final as (
    select
        participants.participant_key,
        md5(concat_ws(
            '|', 'participant', instances.account_id, instances.instance_uuid,
            participants.natural_key
        ))::uuid as participant_id,
        coalesce(
            held.person_id,
            md5(concat_ws(
                '|', 'person', instances.account_id, 'participant', instances.instance_uuid,
                participants.natural_key
            ))::uuid
        ) as person_id
    from participants
    inner join instances on instances.instance_key = participants.instance_key
    left join held on held.participant_key = participants.participant_key
)
select * from final

-- One row per participant: its id, which no build changes, and whose instance it was in.
with
participants as (
    select participant_key, instance_key, natural_key from intermediate.participants_described
),
instances as (
    select * from intermediate.instances_united
),
final as (
    select
        participants.participant_key,
        md5(concat_ws(
            '|', 'participant', instances.account_id, instances.instance_uuid,
            participants.natural_key
        ))::uuid as participant_id,
        instances.account_id,
        instances.zoom_webinar_id
    from participants
    inner join instances on instances.instance_key = participants.instance_key
)
select * from final

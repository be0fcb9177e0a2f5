-- One row per participant: its id, which no build changes, and whose instance it was in. Ids of an
-- instance's participants begin like its own, so that they stand together in an index of a table as
-- long as the history.
with
participants as (
    select participant_key, instance_key, natural_key from intermediate.participants_described
),
instances as (
    select
        instance_key, left(instance_id::varchar, 8) as id_start, account_id, instance_uuid,
        zoom_webinar_id
    from intermediate.instances_united
),
final as (
    select
        participants.participant_key,
        concat(
            instances.id_start,
            substr(
                md5(concat_ws(
                    '|', 'participant', instances.account_id, instances.instance_uuid,
                    participants.natural_key
                )),
                9
            )
        )::uuid as participant_id,
        instances.account_id,
        instances.zoom_webinar_id
    from participants
    inner join instances on instances.instance_key = participants.instance_key
)
select * from final

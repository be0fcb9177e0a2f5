-- One row per holder and key that a decision of the user gives it across instances: the `cluster`
-- of what it says is one (kind 'correction'), and for a participant without any strong key the key
-- of its own it would have had without the decision (kind 'participant'), so that its id stays or
-- becomes an alias. Holders as in person_keys_claimed; `holder_key` is the participant_key or
-- registrant_key.
with
participants as (
    select * from intermediate.participants_named
),
instances as (
    select instance_key, instance_uuid from intermediate.instances_united
),
corrected as (
    select * from intermediate.key_tuples_corrected
),
clustered as (
    select distinct
        identified.participant_key,
        corrected.cluster
    from corrected
    inner join intermediate.key_tuples_distinct as tuples using (tuple_key)
    inner join intermediate.connections_keyed as keyed
        on keyed.instance_key = tuples.instance_key
        and keyed.registrant_key = tuples.registrant_key
        and keyed.user_key = tuples.user_key
        and keyed.email_key = tuples.email_key
        and keyed.link_key = tuples.link_key
        and keyed.row_key = tuples.row_key
    inner join intermediate.connections_identified as identified
        on identified.connection_key = keyed.connection_key
),
registered as (
    select distinct owned.registrant_key, owned.registrant_row_id, owned.account_id,
        owned.zoom_webinar_id, corrections.cluster
    from intermediate.registrant_keys_owned as owned
    inner join staging.corrections as corrections
        on corrections.action = 'join'
        and corrections.kind = owned.kind
        and corrections.key = owned.key
),
keyless as (
    select described.participant_key, described.instance_key, described.natural_key
    from intermediate.participants_described as described
    semi join clustered on clustered.participant_key = described.participant_key
    anti join intermediate.participant_keys_owned as owned
        on owned.participant_key = described.participant_key and owned.kind <> 'link'
),
final as (
    select
        'p' as holder, clustered.participant_key as holder_key,
        participants.participant_id as holder_id, participants.account_id,
        participants.zoom_webinar_id,
        'correction' as kind, clustered.cluster as key
    from clustered
    inner join participants using (participant_key)
    union all
    select
        'r', registrant_key, registrant_row_id, account_id, zoom_webinar_id, 'correction', cluster
    from registered
    union all
    select
        'p', keyless.participant_key, participants.participant_id, participants.account_id,
        participants.zoom_webinar_id,
        'participant',
        concat_ws('|', instances.instance_uuid, keyless.natural_key)
    from keyless
    inner join participants using (participant_key)
    inner join instances on instances.instance_key = keyless.instance_key
)
select * from final

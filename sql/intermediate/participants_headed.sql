-- One row per participant with a strong key: the key it is found by, `head_id`. That of the
-- registration it came from, else an e-mail of its own, else any other.
with
participants as (
    select participant_key, participant_id, zoom_webinar_id from intermediate.participants_named
),
registered as (
    select registered.participant_key, keys.head_id
    from intermediate.participants_registered as registered
    inner join intermediate.registrants_keyed as keys using (registrant_key)
),
heads as (
    select participant_key, head_id from registered
    union all
    select
        added.participant_key,
        coalesce(min(added.key_id) filter (where added.kind = 'email'), min(added.key_id))
    from intermediate.participant_keys_added as added
    anti join registered using (participant_key)
    group by added.participant_key
),
final as (
    select
        participants.participant_key,
        participants.participant_id,
        participants.zoom_webinar_id,
        heads.head_id
    from heads
    inner join participants using (participant_key)
)
select * from final

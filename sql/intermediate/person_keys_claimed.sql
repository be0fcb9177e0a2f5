-- One row per holder and strong key across all instances: what participants own, what registrations
-- bring (registrant id and e-mail), the registration a participant came from, and what the user
-- decided to be one. Holders are 'p' (participant_key), 'r' (registrant_key). `key_hash` is what a
-- build of one day finds the holders of a key by. Kept in the catalog.
with
instances as (
    select instance_key, account_id, zoom_webinar_id from intermediate.instances_united
),
owned as (
    select participant_key, instance_key, kind, key
    from intermediate.participant_keys_owned
    where kind <> 'link'
),
registration_keys as (
    select registrant_key, account_id, zoom_webinar_id, kind, key
    from intermediate.registrant_keys_owned
),
-- Each of the four has a row once, and what a registration brings is mostly the participant's own:
-- looking there is cheaper than making all of them distinct.
claims as (
    select 'p' as holder, owned.participant_key as holder_key, instances.account_id,
        instances.zoom_webinar_id, owned.kind, owned.key
    from owned
    inner join instances using (instance_key)
    union all
    select 'p', registered.participant_key, keys.account_id, keys.zoom_webinar_id, keys.kind,
        keys.key
    from intermediate.participants_registered as registered
    inner join registration_keys as keys using (registrant_key)
    anti join owned
        on owned.participant_key = registered.participant_key
        and owned.kind = keys.kind
        and owned.key = keys.key
    union all
    select 'r', registrant_key, account_id, zoom_webinar_id, kind, key from registration_keys
    union all
    select holder, holder_key, account_id, zoom_webinar_id, kind, key
    from intermediate.person_keys_corrected
),
final as (
    select *, (hash(account_id, kind, key) & 2147483647)::int as key_hash from claims
)
select * from final

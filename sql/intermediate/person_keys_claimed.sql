-- One row per holder and strong key across all instances: what participants own, what registrations
-- bring (registrant id and e-mail), the registration a participant came from, and what the user
-- decided to be one. Holders are 'p' (participant_id), 'r' (registrant_row_id); `key_id` as in
-- staging.key_arrivals; `unit` is the webinar, 0 where there is none. Kept in the catalog, in the
-- order of units: a day looks for those of its webinars only.
with
participants as (
    select * from intermediate.participants_named
),
owned as (
    select participant_key, kind, key
    from intermediate.participant_keys_owned
    where kind <> 'link'
),
registration_keys as (
    select registrant_key, registrant_row_id, account_id, zoom_webinar_id, kind, key
    from intermediate.registrant_keys_owned
),
-- Each of the four has a row once, and what a registration brings is mostly the participant's own:
-- looking there is cheaper than making all of them distinct.
participant_claims as (
    select participant_key, kind, key from owned
    union all
    select registered.participant_key, keys.kind, keys.key
    from intermediate.participants_registered as registered
    inner join registration_keys as keys using (registrant_key)
    anti join owned
        on owned.participant_key = registered.participant_key
        and owned.kind = keys.kind
        and owned.key = keys.key
),
claims as (
    select 'p' as holder, participants.participant_id as holder_id, participants.account_id,
        participants.zoom_webinar_id, claims.kind, claims.key
    from participant_claims as claims
    inner join participants using (participant_key)
    union all
    select 'r', registrant_row_id, account_id, zoom_webinar_id, kind, key from registration_keys
    union all
    select holder, holder_id, account_id, zoom_webinar_id, kind, key
    from intermediate.person_keys_corrected
),
final as (
    select
        holder,
        holder_id,
        coalesce(zoom_webinar_id, 0) as unit,
        md5(concat_ws('|', 'person', account_id, kind, key))::uuid as key_id
    from claims
)
select * from final order by unit

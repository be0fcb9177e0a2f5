-- One row per holder and strong key that it has beside the one it is found by (`head_id`), across
-- all instances; where there is no other, one row in which both are the same. A holder makes its
-- keys one person. Holders are 'p' (participant_id) and 'r' (registrant_row_id); what a
-- registration brings is not said again of who came from it, but for its head. Keys are ids as in
-- staging.key_arrivals; `unit` is the webinar, 0 where there is none. Kept in the catalog, in the
-- order of units: a day looks for those of its webinars only.
with
participants as (
    select * from intermediate.participants_headed
),
added as (
    select participant_key, key_id from intermediate.participant_keys_added
),
registrants as (
    select * from intermediate.registrants_keyed
),
corrected as (
    select holder_key, account_id, kind, key
    from intermediate.person_keys_corrected
    where holder = 'r'
),
claims as (
    select 'p' as holder, participants.participant_id as holder_id, participants.zoom_webinar_id,
        participants.head_id, coalesce(added.key_id, participants.head_id) as key_id
    from participants
    left join added
        on added.participant_key = participants.participant_key
        and added.key_id <> participants.head_id
    union all
    select 'r', registrant_row_id, zoom_webinar_id, head_id, coalesce(registrant_key_id, head_id)
    from registrants
    union all
    select
        'r', registrants.registrant_row_id, registrants.zoom_webinar_id, registrants.head_id,
        md5(concat_ws('|', 'person', corrected.account_id, corrected.kind, corrected.key))::uuid
    from corrected
    inner join registrants on registrants.registrant_key = corrected.holder_key
),
final as (
    select holder, holder_id, coalesce(zoom_webinar_id, 0) as unit, head_id, key_id from claims
)
select * from final order by unit

-- One row per participant, and per registration with a person: what it says of its person.
-- `position` is smaller the more it counts: attendances (`source_order` 1) before registrations,
-- the latest first; what came at the same moment is told apart by the id. `is_named`: not by a name
-- that means nobody.
with
participants as (
    select * from marts.zoom_participants
),
registrants as (
    select * from marts.zoom_registrants where person_id is not null
),
appearances as (
    select
        participants.person_id,
        participants.account_id,
        1 as source_order,
        participants.first_join_time as seen_at,
        coalesce(participants.last_leave_time, participants.first_join_time) as last_seen_at,
        participants.id,
        participants.identity_method <> 'none' as is_named,
        participants.participant_name as name,
        participants.participant_email as email,
        participants.zoom_user_id,
        participants.instance_id,
        participants.webinar_id,
        participants.total_duration
    from participants
    union all
    select
        registrants.person_id,
        registrants.account_id,
        2,
        registrants.registered_at,
        registrants.registered_at,
        registrants.id,
        true,
        nullif(concat_ws(' ', registrants.first_name, registrants.last_name), ''),
        registrants.email,
        null,
        null,
        registrants.webinar_id,
        0
    from registrants
),
final as (
    select
        *,
        -- One number compares faster than three; microseconds stay below 58 bits.
        (source_order * (1::bigint << 60) - coalesce(epoch_us(seen_at), -(1::bigint << 58)))
            * (1::hugeint << 64) + hash(id) as position
    from appearances
)
select * from final

-- One row per participant, and per registration with a person: what it says of its person.
with
participants as (
    select * from marts.zoom_participants
),
registrants as (
    select * from marts.zoom_registrants where person_id is not null
),
final as (
    select
        participants.person_id,
        participants.account_id,
        1 as source_order,
        participants.first_join_time as seen_at,
        coalesce(participants.last_leave_time, participants.first_join_time) as last_seen_at,
        participants.id,
        case when participants.identity_method = 'none' then null
            else participants.participant_name end as good_name,
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
        nullif(concat_ws(' ', registrants.first_name, registrants.last_name), ''),
        nullif(concat_ws(' ', registrants.first_name, registrants.last_name), ''),
        registrants.email,
        null,
        null,
        registrants.webinar_id,
        0
    from registrants
)
select * from final

-- One row per participant, and per registration with a person: what it says of its person.
-- `holder_key` is its participant_key or registrant_key. `person_hash` is what a build of one day
-- finds the appearances of a person by. Kept in the catalog.
with
participants as (
    select * from marts.zoom_participants
),
registrants as (
    select * from marts.zoom_registrants where person_id is not null
),
appearances as (
    select
        'p' as holder,
        persons.participant_key as holder_key,
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
    inner join intermediate.participants_personified as persons
        on persons.participant_id = participants.id
    union all
    select
        'r',
        merged.registrant_key,
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
    inner join intermediate.registrants_merged as merged
        on merged.registrant_row_id = registrants.id
),
final as (
    select *, (hash(person_id) & 2147483647)::int as person_hash from appearances
)
select * from final

-- One row per instance, key of a participant and role that any capture of its participants tells:
-- also captures that are not the best one, for the report that has most rows has no roles, while
-- the dashboard and the portal's CSV do. A key is an account user, an e-mail, or a join (its number
-- and second). Only hosts and panelists are told.
with
captures as (
    select capture_id, account_id, instance_uuid
    from staging.captures
    where stream = 'participants'
),
rows as (
    select
        captures.account_id,
        coalesce(captures.instance_uuid, participants.instance_uuid) as instance_uuid,
        nullif(trim(replace(participants.zoom_user_id, chr(0), '')), '') as zoom_user_id,
        nullif(lower(trim(replace(participants.email, chr(0), ''))), '') as email,
        nullif(trim(replace(participants.user_id, chr(0), '')), '') as join_number,
        epoch_ms(participants.join_time) // 1000 as join_second,
        participants.role
    from raw.participants as participants
    inner join captures using (capture_id)
    where participants.role in ('host', 'panelist')
),
final as (
    select account_id, instance_uuid, 'user' as kind, zoom_user_id as key, role
    from rows
    where zoom_user_id is not null
    union
    select account_id, instance_uuid, 'email', email, role from rows where email is not null
    union
    select account_id, instance_uuid, 'join', concat(join_number, '|', join_second), role
    from rows
    where join_number is not null and join_second is not null
)
select * from final

-- One row per participant, kind of key and key it owns: 'registrant', 'user', 'email', or 'link'
-- for the group of a forwarded link, which holds within its instance only. Suspended keys of a
-- forwarded link are owned by nobody here.
with
keyed as (
    select * from intermediate.connections_keyed
),
identified as (
    select * from intermediate.connections_identified where recognised_by = 'key'
),
combinations as (
    select distinct
        identified.participant_key,
        identified.instance_key,
        keyed.registrant_key,
        keyed.user_key,
        keyed.email_key,
        keyed.link_key
    from identified
    inner join keyed on keyed.connection_key = identified.connection_key
),
owned as (
    select participant_key, instance_key, 'registrant' as kind, registrant_key as key
    from combinations
    union
    select participant_key, instance_key, 'user' as kind, user_key as key from combinations
    union
    select participant_key, instance_key, 'email' as kind, email_key as key from combinations
    union
    select participant_key, instance_key, 'link' as kind, link_key as key from combinations
),
final as (
    select * from owned where key <> ''
)
select * from final

-- One row per participant, kind of key and key it owns: 'registrant', 'user', 'email', or 'link'
-- for the group of a forwarded link, which holds within its instance only. Suspended keys of a
-- forwarded link are owned by nobody here.
with
identified as (
    select connection_key, participant_key
    from intermediate.connections_identified
    where recognised_by = 'key'
),
-- A combination of keys is one participant's, so its first connection tells whose.
combinations as (
    select
        identified.participant_key,
        tuples.instance_key,
        tuples.registrant_key,
        tuples.user_key,
        tuples.email_key,
        tuples.link_key
    from intermediate.key_tuples_distinct as tuples
    inner join identified on identified.connection_key = tuples.tuple_key
),
final as (
    select participant_key, any_value(instance_key) as instance_key, 'registrant' as kind,
        registrant_key as key
    from combinations
    where registrant_key <> ''
    group by participant_key, registrant_key
    union all
    select participant_key, any_value(instance_key), 'user', user_key
    from combinations
    where user_key <> ''
    group by participant_key, user_key
    union all
    select participant_key, any_value(instance_key), 'email', email_key
    from combinations
    where email_key <> ''
    group by participant_key, email_key
    union all
    select participant_key, any_value(instance_key), 'link', link_key
    from combinations
    where link_key <> ''
    group by participant_key, link_key
)
select * from final

-- One row per instance and combination of strong keys that occurs in it. Most participants have
-- one, so what follows works on far fewer rows than there are connections. `tuple_key` is a dense
-- number in the order of the combination.
with
combinations as (
    select distinct instance_key, registrant_key, user_key, email_key, link_key, row_key
    from intermediate.connections_keyed
    where registrant_key <> '' or user_key <> '' or email_key <> '' or link_key <> ''
        or row_key <> ''
),
final as (
    select
        row_number() over (
            order by instance_key, registrant_key, user_key, email_key, link_key, row_key
        ) as tuple_key,
        *
    from combinations
)
select * from final

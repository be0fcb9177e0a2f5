-- One row per instance and combination of strong keys that occurs in it. Most participants have
-- one, so what follows works on far fewer rows than there are connections. `tuple_key` is the
-- connection_key of the first of its connections, which `connection_keys` lists.
with
final as (
    select
        min(connection_key) as tuple_key,
        instance_key, registrant_key, user_key, email_key, link_key, row_key,
        list(connection_key) as connection_keys
    from intermediate.connections_keyed
    where has_key
    group by instance_key, registrant_key, user_key, email_key, link_key, row_key
)
select * from final

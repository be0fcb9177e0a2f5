-- One row per connection that came through a forwarded link: the group it belongs to (its account
-- user, else its normalised name) and whether that group owns the registration. A row without
-- account user that has the name of exactly one account user of the link is that user's. The owner
-- is the group that fits the registrant best: alone has the registrant's e-mail, then has the same
-- name, then a name alike; of equals the one that came first. Where nobody fits, nobody owns it.
-- `is_email_suspended`: the e-mail came with the link (it is the registrant's, or several groups
-- carry it) and the row is not the owner's, so it says nothing about who this is.
with
shared as (
    select * from intermediate.shared_links_found
),
registrants as (
    select * from intermediate.registrants_merged where registrant_id is not null
),
instances as (
    select instance_key, account_id, zoom_webinar_id from intermediate.instances_united
),
connections as (
    select connections.*
    from intermediate.connections_cleaned as connections
    inner join shared using (instance_key, registrant_id)
),
users_by_name as (
    select instance_key, registrant_id, name_key, min(zoom_user_id) as zoom_user_id
    from connections
    where zoom_user_id is not null and not is_generic_name
    group by all
    having count(distinct zoom_user_id) = 1
),
grouped as (
    select
        connections.*,
        coalesce(
            'u:' || connections.zoom_user_id,
            'u:' || users_by_name.zoom_user_id,
            'n:' || connections.name_key
        ) as link_group
    from connections
    left join users_by_name
        on users_by_name.instance_key = connections.instance_key
        and users_by_name.registrant_id = connections.registrant_id
        and users_by_name.name_key = connections.name_key
),
email_groups as (
    select instance_key, registrant_id, email, count(distinct link_group) as groups
    from grouped
    where email is not null
    group by all
),
compared as (
    select
        grouped.*,
        registrants.email as registrant_email,
        coalesce(email_groups.groups, 0) as email_groups,
        case
            when grouped.email = registrants.email and email_groups.groups = 1 then 3
            when grouped.is_generic_name or registrants.is_generic_name then 0
            when grouped.name_key = registrants.name_key then 2
            when list_has_all(
                string_split(grouped.name_key, ' '), string_split(registrants.name_key, ' ')
            )
                or list_has_all(
                    string_split(registrants.name_key, ' '), string_split(grouped.name_key, ' ')
                ) then 1
            else 0
        end as fit
    from grouped
    inner join instances on instances.instance_key = grouped.instance_key
    left join registrants
        on registrants.account_id = instances.account_id
        and registrants.zoom_webinar_id = instances.zoom_webinar_id
        and registrants.registrant_id = grouped.registrant_id
    left join email_groups
        on email_groups.instance_key = grouped.instance_key
        and email_groups.registrant_id = grouped.registrant_id
        and email_groups.email = grouped.email
),
owners as (
    select
        instance_key,
        registrant_id,
        arg_min(link_group, {'fit': -coalesce(fit, 0), 'connection_key': connection_key})
            as link_group
    from compared
    where fit > 0
    group by instance_key, registrant_id
),
final as (
    select
        compared.connection_key,
        compared.instance_key,
        compared.registrant_id,
        compared.link_group,
        owners.link_group is not null as is_owner,
        owners.link_group is null
        and compared.email is not null
        and (coalesce(compared.email = compared.registrant_email,
        false) or compared.email_groups > 1)
            as is_email_suspended
    from compared
    left join owners
        on owners.instance_key = compared.instance_key
        and owners.registrant_id = compared.registrant_id
        and owners.link_group = compared.link_group
)
select * from final

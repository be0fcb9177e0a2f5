-- One row per participant: its role. What the dashboard or the CSV says; else host when account
-- user or e-mail is the host's; else panelist when an e-mail is in the webinar's list of panelists,
-- or is that of the account user; else attendee. Of several roles the one with most rights counts:
-- host, panelist, attendee, other.
with
participants as (
    select * from intermediate.participants_described
),
instances as (
    select * from intermediate.instances_united
),
webinar_hosts as (
    select
        account_id,
        webinar_id as zoom_webinar_id,
        first(host_id order by captured_at desc, source_endpoint desc)
            filter (where host_id is not null) as host_id,
        first(host_email order by captured_at desc, source_endpoint desc)
            filter (where host_email is not null)
            as host_email
    from staging.webinars
    group by all
),
users as (
    select distinct account_id, user_id, email from staging.users where email is not null
),
hosts as (
    select instances.instance_key, instances.host_id as user_id, instances.host_email as email
    from instances
    union all
    select instances.instance_key, webinar_hosts.host_id, webinar_hosts.host_email
    from instances
    inner join webinar_hosts using (account_id, zoom_webinar_id)
    where instances.host_id is null and instances.host_email is null
),
panelists as (
    select distinct instances.instance_key, panelists.email, users.user_id
    from staging.panelists as panelists
    inner join instances
        on instances.account_id = panelists.account_id
            and instances.zoom_webinar_id = panelists.webinar_id
    left join users on users.account_id = panelists.account_id and users.email = panelists.email
    where panelists.email is not null
),
owned as (
    select * from intermediate.participant_keys_owned
),
found as (
    select owned.participant_key, 1 as role_order
    from owned
    inner join hosts on hosts.instance_key = owned.instance_key and hosts.user_id = owned.key
    where owned.kind = 'user'
    union all
    select owned.participant_key, 1
    from owned
    inner join hosts on hosts.instance_key = owned.instance_key and hosts.email = owned.key
    where owned.kind = 'email'
    union all
    select owned.participant_key, 2
    from owned
    inner join panelists on panelists.instance_key = owned.instance_key
        and panelists.user_id = owned.key
    where owned.kind = 'user'
    union all
    select owned.participant_key, 2
    from owned
    inner join panelists on panelists.instance_key = owned.instance_key
        and panelists.email = owned.key
    where owned.kind = 'email'
),
best_found as (
    select participant_key, min(role_order) as role_order from found group by participant_key
),
final as (
    select
        participants.participant_key,
        participants.instance_key,
        case coalesce(participants.role_order, best_found.role_order, 3)
            when 1 then 'host' when 2 then 'panelist' when 3 then 'attendee' else 'other'
        end as role
    from participants
    left join best_found using (participant_key)
)
select * from final

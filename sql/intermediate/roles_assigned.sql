-- One row per participant: its role, by every means there is. First what the best capture itself
-- says (dashboard, sections of a CSV report). Else host when any other capture of the instance says
-- so, or when account user or e-mail is the host's. Else panelist when any other capture says so,
-- when e-mail or account user is in the webinar's list of panelists, or when nothing but its name
-- is known, it is the only one in the instance of that name, and it is the name of just one listed
-- panelist, who has not come under an e-mail or account user. Else attendee. Of several roles the
-- one with most rights counts: host, panelist, attendee, other. A viewer is an attendee who did not
-- come by telephone only: what Zoom counts as a unique viewer.
with
participants as (
    select * from intermediate.participants_described
),
instances as (
    select * from intermediate.instances_united
),
owned as (
    select participant_key, instance_key, kind, key
    from intermediate.participant_keys_owned
    where kind in ('user', 'email')
),
users as (
    select distinct account_id, user_id, email from staging.users where email is not null
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
hosts_told as (
    select instance_key, account_id, host_id, host_email
    from instances
    where host_id is not null or host_email is not null
    union all
    select instances.instance_key, account_id, webinar_hosts.host_id, webinar_hosts.host_email
    from instances
    inner join webinar_hosts using (account_id, zoom_webinar_id)
    where instances.host_id is null and instances.host_email is null
),
hosts as (
    select instance_key, 'user' as kind, host_id as key from hosts_told
    union
    select instance_key, 'email', host_email from hosts_told
    union
    select hosts_told.instance_key, 'email', users.email
    from hosts_told
    inner join users
        on users.account_id = hosts_told.account_id and users.user_id = hosts_told.host_id
    union
    select hosts_told.instance_key, 'user', users.user_id
    from hosts_told
    inner join users
        on users.account_id = hosts_told.account_id and users.email = hosts_told.host_email
),
listed as (
    select distinct
        instances.instance_key,
        panelists.email,
        users.user_id,
        case when not names.is_generic then names.name_key end as name_key
    from staging.panelists as panelists
    inner join instances
        on instances.account_id = panelists.account_id
        and instances.zoom_webinar_id = panelists.webinar_id
    left join users on users.account_id = panelists.account_id and users.email = panelists.email
    left join intermediate.names_normalised as names on names.name = panelists.name
),
panelists as (
    select instance_key, 'email' as kind, email as key from listed where email is not null
    union
    select instance_key, 'user', user_id from listed where user_id is not null
),
claims as (
    select
        instances.instance_key,
        roles.kind,
        roles.key,
        case roles.role when 'host' then 1 else 2 end as role_order
    from staging.participant_roles as roles
    inner join instances
        on instances.account_id = roles.account_id
        and instances.instance_uuid = roles.instance_uuid
    union all
    select instance_key, kind, key, 1 from hosts
    union all
    select instance_key, kind, key, 2 from panelists
),
found as (
    select owned.participant_key, claims.role_order
    from owned
    inner join claims
        on claims.instance_key = owned.instance_key
        and claims.kind = owned.kind
        and claims.key = owned.key
    union all
    select identified.participant_key, claims.role_order
    from claims
    inner join intermediate.connections_cleaned as connections
        on connections.instance_key = claims.instance_key
        and concat(connections.user_id, '|', connections.join_ms // 1000) = claims.key
    inner join intermediate.connections_identified as identified
        on identified.connection_key = connections.connection_key
    where claims.kind = 'join'
),
best_found as (
    select participant_key, min(role_order) as role_order from found group by participant_key
),
come as (
    select listed.instance_key, listed.name_key
    from listed
    inner join owned
        on owned.kind = 'email'
        and owned.instance_key = listed.instance_key
        and owned.key = listed.email
    union
    select listed.instance_key, listed.name_key
    from listed
    inner join owned
        on owned.kind = 'user'
        and owned.instance_key = listed.instance_key
        and owned.key = listed.user_id
),
-- The panelists who have not come under an e-mail or account user, where one alone has the name.
awaited as (
    select listed.instance_key, listed.name_key
    from listed
    anti join come using (instance_key, name_key)
    where listed.name_key is not null
    group by listed.instance_key, listed.name_key
    having count(distinct coalesce(listed.email, '')) = 1
),
names_of_one as (
    select instance_key, name_key, min(participant_key) as participant_key
    from participants
    where name_key is not null
    group by instance_key, name_key
    having count(*) = 1
),
by_name as (
    select names_of_one.participant_key
    from awaited
    inner join names_of_one using (instance_key, name_key)
    inner join participants on participants.participant_key = names_of_one.participant_key
    where
        participants.owned_email is null
        and participants.zoom_user_id is null
        and participants.owned_registrant_id is null
),
telephones as (
    select name
    from intermediate.names_normalised
    where is_generic and regexp_full_match(name_key, '[0-9x ]+')
),
ordered as (
    select
        participants.participant_key,
        participants.instance_key,
        coalesce(
            participants.role_order,
            best_found.role_order,
            case when by_name.participant_key is not null then 2 end,
            3
        ) as role_order,
        telephones.name is not null as is_telephone
    from participants
    left join best_found on best_found.participant_key = participants.participant_key
    left join by_name on by_name.participant_key = participants.participant_key
    left join telephones on telephones.name = participants.participant_name
),
final as (
    select
        participant_key,
        instance_key,
        case role_order
            when 1 then 'host' when 2 then 'panelist' when 3 then 'attendee' else 'other'
        end as role,
        role_order = 3 and not is_telephone as is_viewer
    from ordered
)
select * from final

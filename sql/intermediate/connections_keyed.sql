-- One row per connection: the strong keys that count for it, empty where it has none. In a
-- forwarded link only the owner's rows keep registrant id and e-mail; the rows of one group share
-- `link_key`. Where the user said that several people share an e-mail or an account user, it counts
-- together with the name, as "key (name)", and with a generic name not at all. `row_key` is that of
-- rows the user named; of one that was parted (`is_parted`) nothing else counts. `has_key`: one of
-- them counts.
with
connections as (
    select * from intermediate.connections_cleaned
),
instances as (
    select instance_key, instance_uuid from intermediate.instances_united
),
links as (
    select * from intermediate.shared_links_split
),
corrections as (
    select * from staging.corrections
),
shared as (
    select distinct kind, key from corrections where action = 'share'
),
named_rows as (
    select
        instances.instance_key,
        corrections.key as row_label,
        bool_or(corrections.action = 'part') as is_parted
    from corrections
    inner join instances on instances.instance_uuid = corrections.instance_uuid
    where corrections.kind = 'row'
    group by all
),
-- Reports that give a row no number have its time and name.
labelled as (
    select
        *,
        coalesce(user_id, concat(
            strftime(make_timestamp(join_ms * 1000), '%Y-%m-%dT%H:%M:%SZ'), ' ', name
        )) as row_label
    from connections
),
marked as (
    select
        connections.* exclude (row_label),
        coalesce(links.connection_key is not null and not links.is_owner, false) as is_guest,
        coalesce(links.is_email_suspended, false) as is_email_suspended,
        coalesce(links.registrant_id || '|' || links.link_group, '') as link_key,
        shared_users.key is not null as is_user_shared,
        shared_emails.key is not null as is_email_shared,
        coalesce(named_rows.row_label, '') as row_key,
        coalesce(named_rows.is_parted, false) as is_parted
    from labelled as connections
    left join links on links.connection_key = connections.connection_key
    left join shared as shared_users
        on shared_users.kind = 'user' and shared_users.key = connections.zoom_user_id
    left join shared as shared_emails
        on shared_emails.kind = 'email' and shared_emails.key = connections.email
    left join named_rows
        on named_rows.instance_key = connections.instance_key
        and named_rows.row_label = connections.row_label
),
counting as (
    select
        connection_key,
        instance_key,
        case when is_guest or is_parted then '' else coalesce(registrant_id, '') end
            as registrant_key,
        case
            when is_parted or (is_user_shared and is_generic_name) then ''
            when is_user_shared then concat(zoom_user_id, ' (', name_key, ')')
            else coalesce(zoom_user_id, '')
        end as user_key,
        case
            when is_parted or is_email_suspended or (is_email_shared and is_generic_name) then ''
            when is_email_shared then concat(email, ' (', name_key, ')')
            else coalesce(email, '')
        end as email_key,
        case when is_parted then '' else link_key end as link_key,
        row_key,
        is_parted
    from marked
),
final as (
    select
        *,
        registrant_key <> '' or user_key <> '' or email_key <> '' or link_key <> ''
        or row_key <> ''
            as has_key
    from counting
)
select * from final

-- One row per connection: the strong keys that count for it, empty where it has none. In a
-- forwarded link only the owner's rows keep registrant id and e-mail; the rows of one group share
-- `link_key`.
with
connections as (
    select * from intermediate.connections_cleaned
),
links as (
    select * from intermediate.shared_links_split
),
final as (
    select
        connections.connection_key,
        connections.instance_key,
        case
            when links.connection_key is not null and not links.is_owner then ''
            else coalesce(connections.registrant_id, '')
        end as registrant_key,
        coalesce(connections.zoom_user_id, '') as user_key,
        case when links.is_email_suspended then '' else coalesce(connections.email, '') end
            as email_key,
        coalesce(links.registrant_id || '|' || links.link_group, '') as link_key
    from connections
    left join links on links.connection_key = connections.connection_key
)
select * from final

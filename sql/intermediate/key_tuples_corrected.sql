-- One row per key combination of an instance and reference in a decision of the user that it is
-- meant by, with the `cluster` of all that is one by these decisions. An e-mail also means the
-- registrant ids that were registered with it.
with
references_made as (
    select distinct kind, key, instance_uuid, cluster
    from staging.corrections
    where action = 'join'
),
tuples as (
    select * from intermediate.key_tuples_distinct
),
instances as (
    select instance_key, account_id, zoom_webinar_id, instance_uuid
    from intermediate.instances_united
),
registered as (
    select
        instances.instance_key,
        ids.key as registrant_key,
        references_made.kind,
        references_made.key,
        references_made.cluster
    from references_made
    inner join intermediate.registrant_keys_owned as emails
        on emails.kind = 'email' and emails.key = references_made.key
    inner join intermediate.registrant_keys_owned as ids
        on ids.registrant_key = emails.registrant_key and ids.kind = 'registrant'
    inner join instances
        on instances.account_id = ids.account_id
        and instances.zoom_webinar_id = ids.zoom_webinar_id
    where references_made.kind = 'email'
),
found as (
    select tuples.tuple_key, tuples.instance_key, made.kind, made.key, made.cluster
    from tuples
    inner join references_made as made
        on made.kind = 'registrant' and made.key = tuples.registrant_key
    union
    select tuples.tuple_key, tuples.instance_key, made.kind, made.key, made.cluster
    from tuples
    inner join references_made as made on made.kind = 'user' and made.key = tuples.user_key
    union
    select tuples.tuple_key, tuples.instance_key, made.kind, made.key, made.cluster
    from tuples
    inner join references_made as made on made.kind = 'email' and made.key = tuples.email_key
    union
    select tuples.tuple_key, tuples.instance_key, made.kind, made.key, made.cluster
    from tuples
    inner join instances on instances.instance_key = tuples.instance_key
    inner join references_made as made
        on made.kind = 'row'
        and made.instance_uuid = instances.instance_uuid
        and made.key = tuples.row_key
    union
    select tuples.tuple_key, tuples.instance_key, made.kind, made.key, made.cluster
    from tuples
    inner join registered as made
        on made.instance_key = tuples.instance_key and made.registrant_key = tuples.registrant_key
),
final as (
    select * from found
)
select * from final

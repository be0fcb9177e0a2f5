-- One row per instance, unit and name that might be somebody without a strong key: the keyless
-- groups of rows ('keyless'), and in instances where one of them has a name, the participants with
-- keys ('keyed') and the approved registrants who have not appeared ('registrant'). `unit_key` is
-- the participant_key of the group, of registrants the registrant_key. `tokens`: the words of the
-- name without what people add to it; `mail_name`: the letters of the e-mail before the @.
with
grouped as (
    select * from intermediate.connections_grouped
),
connections as (
    select * from intermediate.connections_cleaned
),
keyless as (
    select distinct
        grouped.instance_key,
        grouped.participant_key as unit_key,
        connections.name_key,
        connections.is_generic_name
    from grouped
    inner join connections using (connection_key)
    where grouped.recognised_by in ('own_name', 'ambiguous_name', 'nothing')
),
named_instances as (
    select distinct instances.*
    from intermediate.instances_united as instances
    inner join keyless using (instance_key)
    where not keyless.is_generic_name
),
keyed as (
    select
        grouped.instance_key,
        grouped.participant_key as unit_key,
        connections.name_key,
        min(nullif(keyed.email_key, '')) as email
    from grouped
    inner join named_instances using (instance_key)
    inner join connections using (connection_key)
    inner join intermediate.connections_keyed as keyed using (connection_key)
    where grouped.recognised_by in ('key', 'name') and not connections.is_generic_name
    group by all
),
registrants as (
    select named_instances.instance_key, registrants.*
    from intermediate.registrants_merged as registrants
    inner join named_instances using (account_id, zoom_webinar_id)
    where
        registrants.status = 'approved'
        and not registrants.is_generic_name
        and coalesce(registrants.occurrence_id = named_instances.occurrence_id, true)
),
seen_ids as (
    select distinct instance_key, registrant_id from connections where registrant_id is not null
),
seen_emails as (
    select distinct instance_key, email from connections where email is not null
),
absent as (
    select registrants.*
    from registrants
    -- Where the source names no registrant at all, participants_registered has a rule for it.
    semi join seen_ids as told on told.instance_key = registrants.instance_key
    anti join seen_ids
        on seen_ids.instance_key = registrants.instance_key
        and seen_ids.registrant_id = registrants.registrant_id
    anti join seen_emails
        on seen_emails.instance_key = registrants.instance_key
        and seen_emails.email = registrants.email
),
united as (
    select instance_key, 'keyless' as side, unit_key, name_key, is_generic_name, null as email
    from keyless
    union all
    select instance_key, 'keyed', unit_key, name_key, false, email from keyed
    union all
    select instance_key, 'registrant', registrant_key, name_key, false, email from absent
),
final as (
    select
        united.* exclude (email),
        list_filter(
            string_split(name_key, ' '),
            lambda word: not list_contains(qualifiers.words, word)
        ) as tokens,
        nullif(regexp_replace(split_part(email, '@', 1), '[^a-z]', '', 'g'), '') as mail_name
    from united
    cross join (select list(word) as words from intermediate.name_qualifiers) as qualifiers
)
select * from final

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
    from (
        select * from grouped semi join named_instances using (instance_key)
    ) as grouped
    inner join connections using (connection_key)
    inner join intermediate.connections_keyed as keyed using (connection_key)
    where grouped.recognised_by in ('key', 'name') and not connections.is_generic_name
    group by all
),
keyless_words as (
    select distinct
        named_instances.account_id,
        named_instances.zoom_webinar_id,
        string_split(keyless.name_key, ' ') as words
    from keyless
    inner join named_instances using (instance_key)
    where not keyless.is_generic_name
),
-- Of a registrant two words at least must be the same, so the others are left out before they are
-- multiplied by the instances of their webinar.
keyless_word_pairs as (
    select distinct
        account_id,
        zoom_webinar_id,
        unnest(list_distinct(flatten(list_transform(
            list_slice(words, 1, 6),
            lambda one: list_transform(
                list_filter(list_slice(words, 1, 6), lambda other: other > one),
                lambda other: one || ' ' || other
            )
        )))) as word_pair
    from keyless_words
),
named_webinars as (
    select distinct account_id, zoom_webinar_id from keyless_words
),
named_registrants as (
    select
        account_id,
        zoom_webinar_id,
        registrant_key,
        unnest(list_distinct(flatten(list_transform(
            list_slice(tokens, 1, 6),
            lambda one: list_transform(
                list_filter(list_slice(tokens, 1, 6), lambda other: other > one),
                lambda other: one || ' ' || other
            )
        )))) as word_pair
    from (
        select *, string_split(name_key, ' ') as tokens from intermediate.registrants_merged
    )
    semi join named_webinars using (account_id, zoom_webinar_id)
    where status = 'approved' and not is_generic_name
),
likely as (
    select distinct named_registrants.registrant_key
    from named_registrants
    semi join keyless_word_pairs using (account_id, zoom_webinar_id, word_pair)
),
looked_through as (
    select instance_key, registrant_id, email
    from connections
    semi join named_instances using (instance_key)
),
told_instances as (
    select distinct instance_key from looked_through where registrant_id is not null
),
registrants as (
    select named_instances.instance_key, registrants.*
    from intermediate.registrants_merged as registrants
    semi join likely using (registrant_key)
    inner join named_instances using (account_id, zoom_webinar_id)
    -- Where the source names no registrant at all, participants_registered has a rule for it.
    semi join told_instances on told_instances.instance_key = named_instances.instance_key
    where coalesce(registrants.occurrence_id = named_instances.occurrence_id, true)
),
seen as (
    select registrants.instance_key, registrants.registrant_key
    from registrants
    inner join looked_through as connections
        on connections.instance_key = registrants.instance_key
        and connections.registrant_id = registrants.registrant_id
    union
    select registrants.instance_key, registrants.registrant_key
    from registrants
    inner join looked_through as connections
        on connections.instance_key = registrants.instance_key
        and connections.email = registrants.email
),
absent as (
    select registrants.*
    from registrants
    anti join seen
        on seen.instance_key = registrants.instance_key
        and seen.registrant_key = registrants.registrant_key
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

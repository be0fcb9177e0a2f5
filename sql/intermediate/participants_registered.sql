-- One row per participant that came from a registration: the registration, and how that was told.
-- By registrant id where the participant owns one that the webinar's listing has; else by an e-mail
-- it owns; else, only in instances whose source gave no registrant id at all, by name: for a
-- participant without e-mail, where exactly one approved registrant and exactly one such
-- participant has the name and nobody holds the registration already. Of several registrations the
-- approved comes first, then, where each occurrence has its own, the one for the instance's
-- occurrence, then the smallest number; by name, registrations for other occurrences do not count.
with
participants as (
    select
        participants.*,
        instances.account_id,
        instances.zoom_webinar_id,
        instances.occurrence_id
    from intermediate.participants_described as participants
    inner join intermediate.instances_united as instances using (instance_key)
),
registrants as (
    select *, case status when 'approved' then 0 else 1 end as status_order
    from intermediate.registrants_merged
),
owned as (
    select owned.participant_key, owned.kind, owned.key, participants.account_id,
        participants.zoom_webinar_id, participants.occurrence_id
    from intermediate.participant_keys_owned as owned
    inner join participants using (participant_key)
),
by_id as (
    select
        owned.participant_key,
        arg_min(registrants.registrant_key, {
            'status_order': registrants.status_order, 'registrant_key': registrants.registrant_key
        }) as registrant_key
    from owned
    inner join registrants
        on registrants.account_id = owned.account_id
        and registrants.zoom_webinar_id = owned.zoom_webinar_id
        and registrants.registrant_id = owned.key
    where owned.kind = 'registrant'
    group by owned.participant_key
),
-- E-mails of those whom no registrant id tells.
emails as (
    select owned.*
    from owned
    anti join by_id on by_id.participant_key = owned.participant_key
    where owned.kind = 'email'
),
brought as (
    select
        emails.participant_key,
        emails.occurrence_id,
        brought.registrant_key
    from emails
    inner join intermediate.registrant_keys_owned as brought
        on brought.account_id = emails.account_id
        and brought.zoom_webinar_id = emails.zoom_webinar_id
        and brought.kind = 'email'
        and brought.key = emails.key
),
by_email as (
    select
        brought.participant_key,
        arg_min(registrants.registrant_key, {
            'status_order': registrants.status_order,
            'is_of_other_occurrence':
                coalesce(registrants.occurrence_id <> brought.occurrence_id, false),
            'registrant_key': registrants.registrant_key
        }) as registrant_key
    from brought
    inner join registrants on registrants.registrant_key = brought.registrant_key
    group by brought.participant_key
),
held as (
    select participants.instance_key, links.participant_key, links.registrant_key
    from (
        select participant_key, registrant_key from by_id
        union all
        select participant_key, registrant_key from by_email
    ) as links
    inner join participants using (participant_key)
),
instances_with_ids as (
    select distinct instance_key
    from intermediate.connections_cleaned
    where registrant_id is not null
),
nameless_sources as (
    select participants.*
    from participants
    anti join instances_with_ids on instances_with_ids.instance_key = participants.instance_key
    anti join held on held.participant_key = participants.participant_key
    where participants.name_key is not null and participants.owned_email is null
),
unique_participants as (
    select
        instance_key,
        account_id,
        zoom_webinar_id,
        occurrence_id,
        name_key,
        min(participant_key) as participant_key
    from nameless_sources
    group by instance_key, account_id, zoom_webinar_id, occurrence_id, name_key
    having count(*) = 1
),
named_registrants as (
    select
        unique_participants.instance_key,
        unique_participants.participant_key,
        min(registrants.registrant_key) as registrant_key
    from unique_participants
    inner join registrants
        on registrants.account_id = unique_participants.account_id
        and registrants.zoom_webinar_id = unique_participants.zoom_webinar_id
        and registrants.name_key = unique_participants.name_key
        and coalesce(registrants.occurrence_id = unique_participants.occurrence_id, true)
    where registrants.status = 'approved' and not registrants.is_generic_name
    group by unique_participants.instance_key, unique_participants.participant_key
    having count(*) = 1
),
by_name as (
    select named_registrants.participant_key, named_registrants.registrant_key
    from named_registrants
    anti join held
        on held.instance_key = named_registrants.instance_key
        and held.registrant_key = named_registrants.registrant_key
),
by_likeness as (
    select linked.participant_key, linked.registrant_key
    from intermediate.participants_linked as linked
    inner join participants on participants.participant_key = linked.participant_key
    anti join held on held.participant_key = linked.participant_key
    anti join by_name on by_name.participant_key = linked.participant_key
    anti join (
        select participants.instance_key, by_name.registrant_key
        from by_name
        inner join participants using (participant_key)
        union all
        select instance_key, registrant_key from held
    ) as others
        on others.instance_key = participants.instance_key
        and others.registrant_key = linked.registrant_key
    where linked.registrant_key is not null
),
final as (
    select participant_key, registrant_key, 'registrant_id' as registered_by from by_id
    union all
    select participant_key, registrant_key, 'email' as registered_by from by_email
    union all
    select participant_key, registrant_key, 'name' as registered_by from by_name
    union all
    select participant_key, registrant_key, 'likeness' as registered_by from by_likeness
)
select * from final

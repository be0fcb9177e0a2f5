-- One row per registration of a webinar, whether the registrant came or not.
with
registrants as (
    select * from intermediate.registrants_merged
),
persons as (
    select * from intermediate.registrants_personified
),
attended as (
    select registered.registrant_key, count(distinct participants.instance_key) as instances
    from intermediate.participants_registered as registered
    inner join intermediate.participants_described as participants using (participant_key)
    group by registered.registrant_key
),
sources as (
    select account_id, webinar_id, tracking_source_id, min(source_name) as source_name
    from staging.tracking_sources
    group by all
),
final as (
    select
        registrants.registrant_row_id as id,
        registrants.account_id,
        registrants.webinar_id,
        persons.person_id,
        registrants.registrant_id as zoom_registrant_id,
        registrants.email,
        registrants.first_name,
        registrants.last_name,
        registrants.status,
        registrants.registered_at,
        coalesce(registrants.tracking_source, sources.source_name, registrants.tracking_source_id)
            as tracking_source,
        registrants.custom_answers::json as custom_answers,
        registrants.occurrence_id,
        registrants.organization,
        registrants.job_title,
        registrants.country,
        coalesce(attended.instances, 0) > 0 as has_attended,
        coalesce(attended.instances, 0)::int as instances_attended
    from registrants
    left join persons on persons.registrant_key = registrants.registrant_key
    left join attended on attended.registrant_key = registrants.registrant_key
    left join sources
        on sources.account_id = registrants.account_id
        and sources.webinar_id = registrants.zoom_webinar_id
        and sources.tracking_source_id = registrants.tracking_source_id
)
select * from final order by webinar_id, id

-- One row per person: one human across all instances and registrations.
-- Name and e-mail are those of the latest attendance that has one, else of the latest registration.
with
appearances as not materialized (
    select * from intermediate.person_appearances
),
grouped as (
    select
        person_id,
        any_value(account_id) as account_id,
        -- A name that means nobody comes after all others.
        arg_min(name, case when is_named then position else position + (1::hugeint << 126) end)
            as display_name,
        arg_min(email, position) as primary_email,
        arg_min(zoom_user_id, position) as zoom_user_id,
        min(seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        count(instance_id) as attendances,
        min(instance_id) as one_instance_id,
        max(instance_id) as other_instance_id,
        min(webinar_id) filter (where source_order = 1) as one_webinar_id,
        max(webinar_id) filter (where source_order = 1) as other_webinar_id,
        sum(total_duration)::bigint as total_duration
    from appearances
    group by person_id
),
-- How many are different is dear to count, and seen at once where there are no more than two.
returned as (
    select person_id from grouped where attendances > 2 and one_instance_id <> other_instance_id
),
counted as (
    select
        appearances.person_id,
        count(distinct appearances.instance_id) as instances,
        count(distinct appearances.webinar_id) as webinars
    from appearances
    semi join returned on returned.person_id = appearances.person_id
    where appearances.source_order = 1
    group by appearances.person_id
),
-- Of who only came again since the day before, transform/grownPeople.ts says the same.
final as (
    select
        grouped.person_id as id,
        grouped.account_id,
        grouped.display_name,
        grouped.primary_email,
        grouped.zoom_user_id,
        grouped.first_seen_at,
        grouped.last_seen_at,
        coalesce(
            counted.instances,
            case
                when grouped.one_instance_id <> grouped.other_instance_id then 2
                when grouped.one_instance_id is not null then 1
                else 0
            end
        )::int as instances_attended,
        coalesce(
            counted.webinars,
            case
                when grouped.one_webinar_id <> grouped.other_webinar_id then 2
                when grouped.one_webinar_id is not null then 1
                else 0
            end
        )::int as webinars_attended,
        grouped.total_duration
    from grouped
    left join counted on counted.person_id = grouped.person_id
)
select * from final order by id

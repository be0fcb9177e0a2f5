-- One row per person: one human across all instances and registrations.
-- Name and e-mail are those of the latest attendance that has one, else of the latest registration.
with
appearances as (
    select * from intermediate.person_appearances
),
ranked as (
    select
        *,
        row_number()
            over (partition by person_id order by source_order, seen_at desc nulls last, id)
                as position
    from appearances
),
-- Of who only came again since the day before, transform/grownPeople.ts says the same.
final as (
    select
        person_id as id,
        any_value(account_id) as account_id,
        coalesce(arg_min(good_name, position), arg_min(name, position)) as display_name,
        arg_min(email, position) as primary_email,
        arg_min(zoom_user_id, position) as zoom_user_id,
        min(seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        count(distinct instance_id)::int as instances_attended,
        count(distinct webinar_id) filter (where source_order = 1)::int as webinars_attended,
        sum(total_duration)::bigint as total_duration
    from ranked
    group by person_id
)
select * from final order by id

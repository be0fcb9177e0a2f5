-- One row per person: one human across all instances and registrations.
-- Name and e-mail are those of the latest attendance that has one, else of the latest registration.
with
participants as (
    select * from marts.zoom_participants
),
registrants as (
    select * from marts.zoom_registrants where person_id is not null
),
appearances as (
    select
        person_id,
        account_id,
        1 as source_order,
        first_join_time as seen_at,
        coalesce(last_leave_time, first_join_time) as last_seen_at,
        id,
        case when identity_method = 'none' then null else participant_name end as good_name,
        participant_name as name,
        participant_email as email,
        zoom_user_id,
        instance_id,
        webinar_id,
        total_duration
    from participants
    union all
    select
        person_id,
        account_id,
        2 as source_order,
        registered_at,
        registered_at,
        id,
        nullif(concat_ws(' ', first_name, last_name), ''),
        nullif(concat_ws(' ', first_name, last_name), ''),
        email,
        null,
        null,
        null,
        0
    from registrants
),
ranked as (
    select
        *,
        row_number()
            over (partition by person_id order by source_order, seen_at desc nulls last, id)
                as position
    from appearances
),
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
        count(distinct webinar_id)::int as webinars_attended,
        sum(total_duration)::bigint as total_duration
    from ranked
    group by person_id
)
select * from final order by id

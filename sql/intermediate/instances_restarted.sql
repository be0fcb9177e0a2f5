-- One row per instance: whether it is a restart of an earlier one, as after a crash of the host.
-- Instances of a webinar belong together when one starts within 60 minutes of the end of those
-- before it, unless Zoom names different occurrences for the two; and when Zoom names the same
-- occurrence for them, whatever lies between. Where no end is known, Zoom's minutes or the last
-- connection give one.
with
instances as (
    select
        united.instance_key,
        united.instance_id,
        united.instance_uuid,
        united.webinar_id,
        united.occurrence_id,
        measured.start_ms,
        coalesce(
            measured.end_ms,
            measured.start_ms + united.reported_duration_minutes * 60000,
            measured.start_ms
        ) as end_ms
    from intermediate.instances_united as united
    inner join intermediate.instances_measured as measured using (instance_key)
),
followed as (
    select
        *,
        row_number() over in_order as position,
        lag(occurrence_id) over in_order as occurrence_before,
        max(end_ms) over (
            partition by webinar_id
            order by start_ms nulls last, instance_uuid
            rows between unbounded preceding and 1 preceding
        ) as ended_before_ms
    from instances
    window in_order as (partition by webinar_id order by start_ms nulls last, instance_uuid)
),
stretches as (
    select
        *,
        count(*) filter (
            where not coalesce(
                start_ms - ended_before_ms <= 60 * 60000
                and coalesce(occurrence_id = occurrence_before, true),
                false
            )
        ) over (partition by webinar_id order by position) as stretch
    from followed
),
of_occurrence as (
    select
        *,
        case
            when occurrence_id is null then stretch
            else min(stretch) over (partition by webinar_id, occurrence_id)
        end as occurrence_stretch
    from stretches
),
together as (
    select *, min(occurrence_stretch) over (partition by webinar_id, stretch) as broadcast
    from of_occurrence
),
final as (
    select
        instance_key,
        (row_number() over broadcasts - 1)::int as restart_number,
        case
            when row_number() over broadcasts > 1
                then first_value(instance_id) over broadcasts
        end as restart_of_instance_id
    from together
    window broadcasts as (partition by webinar_id, broadcast order by position)
)
select * from final

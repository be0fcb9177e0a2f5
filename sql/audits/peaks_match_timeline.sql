-- The peak of an instance is the highest minute of its timeline, attendees are no more than all,
-- and as many sessions begin and end in the timeline as there are.
with
instances as (
    select * from marts.zoom_webinar_instances
),
timeline as (
    select instance_id, max(present) as present, sum(joined) as joined, sum("left") as "left"
    from marts.zoom_instance_timeline
    group by instance_id
),
final as (
    select
        instances.id,
        instances.peak_concurrent,
        timeline.present,
        instances.attendee_peak_concurrent,
        instances.session_count,
        timeline.joined,
        timeline."left"
    from instances
    left join timeline on timeline.instance_id = instances.id
    where
        instances.peak_concurrent <> coalesce(timeline.present, 0)
        or instances.attendee_peak_concurrent > instances.peak_concurrent
        or instances.peak_concurrent > instances.actual_participant_count
        or (instances.peak_at is null) <> (instances.peak_concurrent = 0)
        or instances.session_count <> coalesce(timeline.joined, 0)
        or instances.session_count <> coalesce(timeline."left", 0)
)
select * from final order by id

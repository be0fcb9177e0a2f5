-- One row per instance whose length is known and to which attendees came, and tenth of it, 1 to 10:
-- the drop-off curve. All shares are percent of attendees, those who were present at any time, so
-- absence is told from presence: not yet come, present, away and gone add up to 100. Hosts and
-- panelists do not count.
--
-- instance_id: Instance, see zoom_webinar_instances.
-- account_id: Zoom account the instance belongs to.
-- webinar_id: Webinar, see zoom_webinars.
-- topic: Topic when it ran, else of the webinar.
-- start_time: Actual start of the instance.
-- tenth: Counted from 1.
-- starts_at: Start of the tenth.
-- ends_at: End of the tenth.
-- attendees: Attendees who were present at any time of the instance: the denominator.
-- present: Of them, present at any time during the tenth.
-- average_present: Present on average over the time of the tenth.
-- not_yet_come_percent: Come after the tenth, 0 to 100.
-- present_percent: Present at any time during the tenth, 0 to 100.
-- away_percent: Came before the tenth and come back after it, 0 to 100.
-- gone_percent: Left before the tenth for good, 0 to 100.
-- average_present_percent: average_present in percent of attendees, 0 to 100.
with

dropoff as (
    select * from zoom_instance_dropoff
),

instances as (
    select id, account_id, webinar_id, topic, start_time from zoom_webinar_instances
),

webinars as (
    select id, topic from zoom_webinars
),

final as (
    select
        dropoff.instance_id,
        instances.account_id,
        instances.webinar_id,
        coalesce(instances.topic, webinars.topic) as topic,
        instances.start_time,
        dropoff.tenth,
        dropoff.starts_at,
        dropoff.ends_at,
        dropoff.attendees,
        dropoff.present,
        dropoff.average_present,
        (100.0 * dropoff.not_yet_come / dropoff.attendees)::numeric(5, 2) as not_yet_come_percent,
        (100.0 * dropoff.present / dropoff.attendees)::numeric(5, 2) as present_percent,
        (100.0 * dropoff.away / dropoff.attendees)::numeric(5, 2) as away_percent,
        (100.0 * dropoff.gone / dropoff.attendees)::numeric(5, 2) as gone_percent,
        (100.0 * dropoff.average_present / dropoff.attendees)::numeric(5, 2)
            as average_present_percent
    from dropoff
    inner join instances on instances.id = dropoff.instance_id
    inner join webinars on webinars.id = instances.webinar_id
)

select * from final

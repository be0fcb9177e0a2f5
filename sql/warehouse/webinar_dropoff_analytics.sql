-- One row per webinar and tenth of its instances, 1 to 10: the drop-off curve over all instances
-- whose length is known and to which attendees came, each attendee of each instance counted once.
-- All shares are percent of attendees, those who were present at any time: not yet come, present,
-- away and gone add up to 100. Hosts and panelists do not count.
--
-- webinar_id: Webinar, see zoom_webinars.
-- account_id: Zoom account the webinar belongs to.
-- zoom_webinar_id: Numeric id of the webinar in Zoom.
-- topic: Topic of the webinar.
-- tenth: Counted from 1.
-- instance_count: Instances that count.
-- attendees: Attendees of them who were present at any time: the denominator.
-- present: Of them, present at any time during the tenth of their instance.
-- not_yet_come_percent: Come after the tenth, 0 to 100.
-- present_percent: Present at any time during the tenth, 0 to 100.
-- away_percent: Came before the tenth and come back after it, 0 to 100.
-- gone_percent: Left before the tenth for good, 0 to 100.
-- average_present_percent: Attendees present on average over the time of the tenth, in percent of
--     attendees, 0 to 100.
with

instances as (
    select id, webinar_id from zoom_webinar_instances
),

webinars as (
    select id, account_id, zoom_webinar_id, topic from zoom_webinars
),

added as (
    select
        instances.webinar_id,
        dropoff.tenth,
        count(*) as instances,
        sum(dropoff.attendees) as attendees,
        sum(dropoff.not_yet_come) as not_yet_come,
        sum(dropoff.present) as present,
        sum(dropoff.away) as away,
        sum(dropoff.gone) as gone,
        sum(dropoff.average_present) as average_present
    from zoom_instance_dropoff as dropoff
    inner join instances on instances.id = dropoff.instance_id
    group by instances.webinar_id, dropoff.tenth
),

final as (
    select
        webinars.id as webinar_id,
        webinars.account_id,
        webinars.zoom_webinar_id,
        webinars.topic,
        added.tenth,
        added.instances::integer as instance_count,
        added.attendees::integer as attendees,
        added.present::integer as present,
        (100.0 * added.not_yet_come / added.attendees)::numeric(5, 2) as not_yet_come_percent,
        (100.0 * added.present / added.attendees)::numeric(5, 2) as present_percent,
        (100.0 * added.away / added.attendees)::numeric(5, 2) as away_percent,
        (100.0 * added.gone / added.attendees)::numeric(5, 2) as gone_percent,
        (100.0 * added.average_present / added.attendees)::numeric(5, 2)
            as average_present_percent
    from added
    inner join webinars on webinars.id = added.webinar_id
)

select * from final

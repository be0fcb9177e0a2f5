-- No more registrants came than there are, to a webinar and to each of its instances.
with
webinars as (
    select * from marts.zoom_webinars
),
instances as (
    select webinar_id, max(registrants_attended) as registrants_attended
    from marts.zoom_webinar_instances
    group by webinar_id
),
final as (
    select webinars.id, webinars.registrants_attended, webinars.total_registrants
    from webinars
    left join instances on instances.webinar_id = webinars.id
    where
        webinars.registrants_attended > webinars.total_registrants
        or instances.registrants_attended > webinars.registrants_attended
)
select * from final order by id

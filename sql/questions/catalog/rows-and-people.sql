-- How many join/leave rows did Zoom send for each instance, and how many people are they?
-- The rows are counted in the raw files, of the best reading of each instance.
with

raw_rows as (
    select
        captures.instance_uuid,
        count(distinct (rows.page_number, rows.row_number)) as captured_rows
    from raw.participants as rows
    inner join staging.captures as captures
        on captures.capture_id = rows.capture_id
        and captures.is_best
    group by captures.instance_uuid
),

final as (
    select
        raw_rows.instance_uuid as zoom_uuid,
        raw_rows.captured_rows,
        instances.connection_count,
        instances.actual_participant_count as people
    from raw_rows
    inner join marts.zoom_webinar_instances as instances
        on instances.zoom_uuid = raw_rows.instance_uuid
)

select * from final
order by captured_rows desc, zoom_uuid
limit 50

-- One row per instance and tenth of it, 1 to 10: where those of its attendees are who were present
-- at any time.
with
tenths as (
    select * from intermediate.presence_by_tenth
),
instances as (
    select instance_key, instance_id from intermediate.instances_united
),
final as (
    select
        instances.instance_id,
        tenths.tenth::int as tenth,
        make_timestamptz(tenths.from_ms * 1000) as starts_at,
        make_timestamptz(tenths.until_ms * 1000) as ends_at,
        tenths.attendees::int as attendees,
        tenths.not_yet_come::int as not_yet_come,
        tenths.present::int as present,
        tenths.away::int as away,
        tenths.gone::int as gone,
        round(tenths.present::double / tenths.attendees, 4)::decimal(5, 4) as present_share,
        round(tenths.average_present, 2)::decimal(10, 2) as average_present
    from tenths
    inner join instances using (instance_key)
)
select * from final order by instance_id, tenth

-- One row per connection: the participant it belongs to, and how that was told: as the rules say
-- (see connections_grouped), or 'probable' where a group without strong key is probably one with
-- another group or with a registrant. `participant_key` is the connection_key of the participant's
-- first row.
with
grouped as (
    select * from intermediate.connections_grouped
),
moved as (
    select unnest(unit_keys) as unit_key, participant_key from intermediate.participants_linked
),
followed as (
    select unit_key from intermediate.links_followed
),
final as (
    select
        grouped.connection_key,
        grouped.instance_key,
        coalesce(moved.participant_key, grouped.participant_key) as participant_key,
        case when followed.unit_key is not null then 'probable' else grouped.recognised_by end
            as recognised_by
    from grouped
    left join moved on moved.unit_key = grouped.participant_key
    left join followed on followed.unit_key = grouped.participant_key
)
select * from final

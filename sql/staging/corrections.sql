-- One row per decision of the user about who is who and key or row it acts on; see
-- transform/corrections.ts for what the actions mean. A decision that needs nothing done has one
-- row without action.
with
corrections as (
    select * from raw.corrections
),
final as (
    select line, decision, one, other, why, action, kind, key, instance_uuid, cluster
    from corrections
)
select * from final

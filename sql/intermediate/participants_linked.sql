-- One row per participant that probable links made or enlarged: the groups of rows it consists of
-- (`unit_keys`, in order), the registrant they lead to if they lead to one who has not appeared,
-- and how sure the weakest link is. `participant_key` is the first of the groups.
with
followed as (
    select * from intermediate.links_followed
),
gathered as (
    select instance_key, root_side, root_key, unit_key, probability from followed
    union all
    select distinct instance_key, root_side, root_key, root_key, 1
    from followed
    where root_side <> 'registrant'
),
final as (
    select
        min(unit_key) as participant_key,
        list(unit_key order by unit_key) as unit_keys,
        min(case when root_side = 'registrant' then root_key end) as registrant_key,
        min(probability)::decimal(7, 6) as probability
    from gathered
    group by instance_key, root_side, root_key
)
select * from final

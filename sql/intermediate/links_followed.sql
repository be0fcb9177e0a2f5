-- One row per group without strong key that is probably somebody else's rows: where its links lead
-- in the end (`root_side` 'keyed', 'keyless' or 'registrant', and `root_key`), and how sure the
-- weakest of them is. Each group follows its likeliest link only, and only when that is at least as
-- probable as the threshold asks, which is 1 where nobody is to be linked. Rows that overlap in
-- time under two different names are two people, however alike the names. Only groups without any
-- strong key follow, so no strong key can be contradicted. Each round doubles the steps taken, so a
-- chain of a thousand rejoins takes ten.
with recursive
settings as (
    select identity_threshold as threshold from staging.likeness
),
links as (
    select instance_key, unit_key, other_side, other_key, probability
    from intermediate.link_pairs_judged
    cross join settings
    where
        is_best
        and probability >= settings.threshold
        and (time_level is distinct from 'overlap' or name_level in ('same', 'same_words'))
),
rounds as (
    select
        0 as round, instance_key, unit_key, other_side as root_side, other_key as root_key,
        probability, true as is_changed
    from links
    union all
    (
        with
        active as (
            select * from rounds
        ),
        stepped as (
            select
                one.round + 1 as round,
                one.instance_key,
                one.unit_key,
                coalesce(beyond.root_side, one.root_side) as root_side,
                coalesce(beyond.root_key, one.root_key) as root_key,
                least(one.probability, coalesce(beyond.probability, 1)) as probability,
                beyond.unit_key is not null as is_changed
            from active as one
            left join active as beyond
                on one.root_side = 'keyless' and beyond.unit_key = one.root_key
        ),
        changed as (
            select count(*) as changes from stepped where is_changed
        )
        select stepped.* from stepped cross join changed where changed.changes > 0
    )
),
final as (
    select
        instance_key, unit_key, root_side, root_key, probability::decimal(7, 6) as probability
    from rounds
    qualify row_number() over (partition by unit_key order by round desc) = 1
)
select * from final

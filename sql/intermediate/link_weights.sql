-- One row per family, feature and level of comparison: its weight in bits, log2(m / u). Fellegi and
-- Sunter's model ("A Theory for Record Linkage", 1969). A setting, the same in every build: those
-- learned from this account where the user asked for it, else those that ship with rollcall; so a
-- link hangs on the rows of its instance and on nothing else of the account.
with
shipped as (
    select * from intermediate.link_weights_shipped
),
learned as (
    select * from staging.learned_weights
),
chosen as (
    select
        shipped.family,
        shipped.feature,
        shipped.level,
        coalesce(learned.m, shipped.m::double) as m,
        coalesce(learned.u, shipped.u::double) as u
    from shipped
    -- What another version did not know keeps the shipped weight.
    left join learned
        on learned.family = shipped.family
        and learned.feature = shipped.feature
        and learned.level = shipped.level
),
final as (
    select family, feature, level, m, u, log2(m / u) as weight from chosen
)
select * from final order by family, feature, level

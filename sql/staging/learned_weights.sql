-- One row per family, feature and level of comparison whose weight was learned from this account
-- (`rollcall transform --learn`): `m` and `u` as in link_weights_shipped. None where nothing was
-- learned.
with
learned as (
    select * from raw.learned_weights
),
final as (
    select family, feature, level, m, u from learned
)
select * from final

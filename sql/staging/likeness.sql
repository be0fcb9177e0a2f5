-- One row per catalog: what links by likeness hang on beside the rows. `identity_threshold`: how
-- probable a link must be to be followed; `read_until`, `pairs`, `instances`: from what the weights
-- were learned, null where those that ship with rollcall hold. See transform/likeness.ts.
with
likeness as (
    select * from raw.likeness
),
final as (
    select identity_threshold, read_until, pairs, instances from likeness
)
select * from final

-- One row per way a participant is known and what else is known of it: the share of such
-- participants whose rows are all the rows of one person and nobody else's, as counted on simulated
-- accounts with ambiguity 0.3 (seeds 1 to 3; other seeds check it, see bench:identity). `evidence`:
-- its identity_method, 'ambiguous' for a name that several have, 'link' for probable links by the
-- band of the weakest. `row_count`: 'one' or 'more'. `rival`: the band of the likeliest person not
-- linked (see participants_rivalled): 'none' below 0.05, 'faint' below 0.3, 'some' below 0.7,
-- 'strong' below 0.9, else 'sure'. `replaced`: the share where somebody without keys came or left
-- within a minute. 'ambiguous' is too rare to be counted and is a guess.
with
rates (evidence, row_count, rival, kept, replaced) as (
    values
        ('email', 'more', 'none', 0.995, 0.995),
        ('email', 'more', 'faint', 0.990, 0.990),
        ('email', 'more', 'some', 0.980, 0.980),
        ('email', 'more', 'strong', 0.920, 0.920),
        ('email', 'more', 'sure', 0.050, 0.050),
        ('email', 'one', 'none', 0.749, 0.749),
        ('email', 'one', 'faint', 0.220, 0.220),
        ('email', 'one', 'some', 0.010, 0.010),
        ('email', 'one', 'strong', 0.006, 0.006),
        ('email', 'one', 'sure', 0.005, 0.005),
        ('name', 'more', 'none', 0.932, 0.977),
        ('name', 'more', 'faint', 0.840, 0.960),
        ('name', 'more', 'some', 0.820, 0.930),
        ('name', 'more', 'strong', 0.850, 0.950),
        ('name', 'more', 'sure', 0.024, 0.190),
        ('name', 'one', 'none', 0.870, 0.289),
        ('name', 'one', 'faint', 0.185, 0.036),
        ('name', 'one', 'some', 0.024, 0.003),
        ('name', 'one', 'strong', 0.011, 0.003),
        ('name', 'one', 'sure', 0.002, 0.002),
        ('none', null, 'none', 0.667, 0.450),
        ('none', null, 'faint', 0.106, 0.088),
        ('none', null, 'some', 0.010, 0.010),
        ('none', null, 'strong', 0.024, 0.011),
        ('none', null, 'sure', 0.002, 0.002),
        ('probable', null, 'none', 0.999, 0.999),
        ('probable', null, 'faint', 0.990, 0.990),
        ('probable', null, 'some', 0.970, 0.970),
        ('probable', null, 'strong', 0.950, 0.950),
        ('probable', null, 'sure', 0.950, 0.950),
        ('link', null, 'sure', 0.998, 0.998),
        ('link', null, 'strong', 0.960, 0.960),
        ('link', null, 'some', 0.750, 0.750),
        ('link', null, 'faint', 0.500, 0.500),
        ('link', null, 'none', 0.020, 0.020),
        ('ambiguous', null, null, 0.400, 0.400),
        ('shared_link', null, null, 0.998, 0.998),
        ('registrant_id', null, null, 1.000, 1.000),
        ('zoom_user_id', null, null, 1.000, 1.000),
        ('correction', null, null, 1.000, 1.000)
),
final as (
    select
        evidence,
        row_count,
        rival,
        kept::decimal(4, 3) as kept,
        replaced::decimal(4, 3) as replaced
    from rates
)
select * from final

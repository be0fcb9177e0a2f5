-- One row per family, feature and level of comparison (see link_pairs_compared): how often it is
-- seen in pairs that are one person (`m`) and in pairs that are two (`u`); of feature 'match' the
-- share of all pairs that are one. What ships with rollcall: learned by sql/learning, without
-- knowing who is who, from simulated accounts of demo size, seeds 1 to 3, with ambiguity 0 and 0.3
-- (34,594 pairs of 265 instances); `node bench/learnWeights.ts` learns them again. Seeds 11 to 13
-- check them, see bench:identity. A real account differs: `rollcall transform --learn`.
with
shipped (family, feature, level, m, u) as (
    values
        ('device', 'match', '', 0.28853, 0.71147),
        ('device', 'time', 'apart', 0.0308, 0.07456),
        ('device', 'time', 'near', 0.23234, 0.63818),
        ('device', 'time', 'rejoin', 0.73686, 0.28726),
        ('first_name', 'choice', 'few', 0.3366, 0.12148),
        ('first_name', 'choice', 'many', 0.61383, 0.74743),
        ('first_name', 'choice', 'only', 0.04957, 0.13109),
        ('first_name', 'match', '', 0.09928, 0.90072),
        ('first_name', 'time', 'apart', 0.02549, 0.03618),
        ('first_name', 'time', 'near', 0.1788, 0.10928),
        ('first_name', 'time', 'overlap', 0.10631, 0.81402),
        ('first_name', 'time', 'rejoin', 0.6894, 0.04052),
        ('name', 'mail', 'differs', 0.88034, 0.97448),
        ('name', 'mail', 'fits', 0.11966, 0.02552),
        ('name', 'match', '', 0.5638, 0.4362),
        ('name', 'name', 'close', 0.00969, 0.20935),
        ('name', 'name', 'close_word', 0.35375, 0.18421),
        ('name', 'name', 'initials', 0.63656, 0.60644),
        ('name', 'time', 'apart', 0.00291, 0.01834),
        ('name', 'time', 'near', 0.16428, 0.09899),
        ('name', 'time', 'overlap', 0.12618, 0.81396),
        ('name', 'time', 'rejoin', 0.70663, 0.06871),
        ('number', 'match', '', 0.99849, 0.00151),
        ('number', 'time', 'apart', 0.00298, 0.38233),
        ('number', 'time', 'near', 0.23133, 0.36024),
        ('number', 'time', 'rejoin', 0.7657, 0.25743),
        ('registrant', 'choice', 'few', 0.00408, 0.28699),
        ('registrant', 'choice', 'many', 0.00204, 0.38265),
        ('registrant', 'choice', 'only', 0.99388, 0.33036),
        ('registrant', 'mail', 'differs', 0.8993, 0.80332),
        ('registrant', 'mail', 'fits', 0.1007, 0.19668),
        ('registrant', 'match', '', 0.99704, 0.00296),
        ('registrant', 'name', 'part', 0.10316, 0.39882),
        ('registrant', 'name', 'same', 0.82972, 0.40086),
        ('registrant', 'name', 'same_words', 0.06711, 0.20032),
        ('words', 'choice', 'few', 0.04658, 0.28452),
        ('words', 'choice', 'many', 0.01553, 0.37936),
        ('words', 'choice', 'only', 0.9379, 0.33613),
        ('words', 'mail', 'differs', 0.4, 0.8),
        ('words', 'mail', 'fits', 0.6, 0.2),
        ('words', 'match', '', 0.86125, 0.13875),
        ('words', 'name', 'part', 0.8137, 0.52581),
        ('words', 'name', 'same', 0.0621, 0.28452),
        ('words', 'name', 'same_words', 0.1242, 0.18968),
        ('words', 'time', 'apart', 0.03105, 0.31297),
        ('words', 'time', 'near', 0.18284, 0.12437),
        ('words', 'time', 'overlap', 0.25191, 0.51089),
        ('words', 'time', 'rejoin', 0.53419, 0.05178)
),
final as (
    select family, feature, level, m::decimal(6, 5) as m, u::decimal(6, 5) as u from shipped
)
select * from final

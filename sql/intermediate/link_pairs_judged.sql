-- One row per group without strong key and whom it might be: the odds that they are one person, and
-- the probability, given whom else either might be. Each group is at most one of its candidates, so
-- the odds of all of them and of none share out the whole; between two keyless groups that holds
-- from both sides. `is_best` marks a group's likeliest candidate. Odds are kept in whole
-- thousandths, so that sums do not depend on the order of adding.
with
pairs as (
    select * from intermediate.link_pairs_compared
),
weights as (
    select family, map(list(feature || ' ' || level), list(weight)) as bits
    from intermediate.link_weights
    group by family
),
weighed as (
    select
        pairs.*,
        weights.bits['match '] as match_weight,
        coalesce(weights.bits['name ' || pairs.name_level], 0) as name_weight,
        coalesce(weights.bits['time ' || pairs.time_level], 0) as time_weight,
        coalesce(weights.bits['mail ' || pairs.mail_level], 0) as mail_weight,
        coalesce(weights.bits['choice ' || pairs.choice_level], 0) as choice_weight
    from pairs
    inner join weights on weights.family = pairs.family
),
scored as (
    select
        *,
        round(1000 * least(
            power(2, match_weight + name_weight + time_weight + mail_weight + choice_weight),
            1000000
        ))::bigint as odds
    from weighed
),
unit_odds as (
    select unit_key, sum(odds) as odds from scored group by unit_key
),
other_odds as (
    select other_key, sum(odds) as odds from scored where other_side = 'keyless' group by other_key
),
shared as (
    select
        scored.*,
        round(
            scored.odds
            / (1000 + greatest(
                unit_odds.odds,
                case when scored.other_side = 'keyless' then other_odds.odds else 0 end
            )),
            6
        )::decimal(7, 6) as probability
    from scored
    inner join unit_odds on unit_odds.unit_key = scored.unit_key
    left join other_odds on other_odds.other_key = scored.other_key
),
final as (
    select
        *,
        row_number() over (
            partition by unit_key order by probability desc, other_side, other_key
        ) = 1 as is_best
    from shared
)
select * from final

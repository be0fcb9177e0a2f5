-- One row per family, feature and level of comparison: how often it is seen in pairs of this account
-- that are one person (`m`) and in pairs that are two (`u`). Feature 'match' is the share of pairs
-- that are one person. Learned from the pairs themselves, without knowing who is who, by
-- expectation maximisation over the counts of each combination of levels: until nothing moves by
-- more than `least_move`, and for 30 rounds at most. What is assumed before any data counts as
-- `strength` pairs, so that a few pairs cannot teach nonsense. Sums are over whole millionths, so
-- they do not depend on the order of adding.
-- No model: `rollcall transform --learn` runs it and keeps the result, see transform/learn.ts.
with recursive
assumed (family, feature, level, m, u) as (
    values
        ('words', 'match', '', 0.60, 0.40),
        ('words', 'name', 'same', 0.20, 0.30),
        ('words', 'name', 'same_words', 0.40, 0.20),
        ('words', 'name', 'part', 0.40, 0.50),
        ('words', 'time', 'rejoin', 0.45, 0.05),
        ('words', 'time', 'near', 0.15, 0.12),
        ('words', 'time', 'apart', 0.10, 0.33),
        ('words', 'time', 'overlap', 0.30, 0.50),
        ('words', 'mail', 'fits', 0.60, 0.20),
        ('words', 'mail', 'differs', 0.40, 0.80),
        ('words', 'choice', 'only', 0.80, 0.30),
        ('words', 'choice', 'few', 0.15, 0.30),
        ('words', 'choice', 'many', 0.05, 0.40),
        ('name', 'match', '', 0.30, 0.70),
        ('name', 'name', 'close_word', 0.85, 0.55),
        ('name', 'name', 'close', 0.15, 0.45),
        ('name', 'time', 'rejoin', 0.55, 0.03),
        ('name', 'time', 'near', 0.15, 0.12),
        ('name', 'time', 'apart', 0.10, 0.35),
        ('name', 'time', 'overlap', 0.20, 0.50),
        ('name', 'mail', 'fits', 0.60, 0.20),
        ('name', 'mail', 'differs', 0.40, 0.80),
        ('initials', 'match', '', 0.30, 0.70),
        ('initials', 'time', 'rejoin', 0.55, 0.03),
        ('initials', 'time', 'near', 0.15, 0.12),
        ('initials', 'time', 'apart', 0.10, 0.35),
        ('initials', 'time', 'overlap', 0.20, 0.50),
        ('initials', 'mail', 'fits', 0.60, 0.20),
        ('initials', 'mail', 'differs', 0.40, 0.80),
        ('initials', 'choice', 'only', 0.80, 0.30),
        ('initials', 'choice', 'few', 0.15, 0.30),
        ('initials', 'choice', 'many', 0.05, 0.40),
        ('other_name', 'match', '', 0.10, 0.90),
        ('other_name', 'name', 'other_part', 0.50, 0.50),
        ('other_name', 'name', 'other_word', 0.50, 0.50),
        ('other_name', 'time', 'rejoin', 0.60, 0.03),
        ('other_name', 'time', 'near', 0.15, 0.12),
        ('other_name', 'time', 'apart', 0.15, 0.35),
        ('other_name', 'time', 'overlap', 0.10, 0.50),
        ('other_name', 'mail', 'fits', 0.60, 0.20),
        ('other_name', 'mail', 'differs', 0.40, 0.80),
        ('other_name', 'choice', 'only', 0.50, 0.20),
        ('other_name', 'choice', 'few', 0.30, 0.30),
        ('other_name', 'choice', 'many', 0.20, 0.50),
        ('first_name', 'match', '', 0.10, 0.90),
        ('first_name', 'time', 'rejoin', 0.60, 0.03),
        ('first_name', 'time', 'near', 0.15, 0.12),
        ('first_name', 'time', 'apart', 0.15, 0.35),
        ('first_name', 'time', 'overlap', 0.10, 0.50),
        ('first_name', 'choice', 'only', 0.50, 0.20),
        ('first_name', 'choice', 'few', 0.30, 0.30),
        ('first_name', 'choice', 'many', 0.20, 0.50),
        ('registrant', 'match', '', 0.90, 0.10),
        ('registrant', 'name', 'same', 0.80, 0.40),
        ('registrant', 'name', 'same_words', 0.10, 0.20),
        ('registrant', 'name', 'part', 0.10, 0.40),
        ('registrant', 'mail', 'fits', 0.60, 0.20),
        ('registrant', 'mail', 'differs', 0.40, 0.80),
        ('registrant', 'choice', 'only', 0.70, 0.30),
        ('registrant', 'choice', 'few', 0.20, 0.30),
        ('registrant', 'choice', 'many', 0.10, 0.40),
        ('device', 'match', '', 0.20, 0.80),
        ('device', 'time', 'rejoin', 0.65, 0.15),
        ('device', 'time', 'near', 0.25, 0.45),
        ('device', 'time', 'apart', 0.10, 0.40),
        ('number', 'match', '', 0.97, 0.03),
        ('number', 'time', 'rejoin', 0.60, 0.25),
        ('number', 'time', 'near', 0.25, 0.35),
        ('number', 'time', 'apart', 0.15, 0.40)
),
settings as (
    select 40 as strength, 30 as rounds, 0.001 as least_move
),
patterns as (
    select family, name_level, time_level, mail_level, choice_level, count(*) as pairs
    from intermediate.link_pairs_compared
    group by all
),
rounds as (
    select 0 as round, family, feature, level, m::double as m, u::double as u, true as is_moving
    from assumed
    union all
    (
        with
        latest as (
            select rounds.*
            from rounds
            cross join settings
            cross join (select bool_or(is_moving) as is_moving from rounds) as moving
            where rounds.round < settings.rounds and moving.is_moving
        ),
        weights as (
            select
                family,
                map(list(feature || ' ' || level), list(m)) as m,
                map(list(feature || ' ' || level), list(u)) as u
            from latest
            group by family
        ),
        scored as (
            select
                patterns.*,
                weights.m['match '] * coalesce(weights.m['name ' || name_level], 1)
                * coalesce(weights.m['time ' || time_level], 1)
                * coalesce(weights.m['mail ' || mail_level], 1)
                * coalesce(weights.m['choice ' || choice_level], 1)
                    as one,
                weights.u['match '] * coalesce(weights.u['name ' || name_level], 1)
                * coalesce(weights.u['time ' || time_level], 1)
                * coalesce(weights.u['mail ' || mail_level], 1)
                * coalesce(weights.u['choice ' || choice_level], 1)
                    as two
            from patterns
            inner join weights on weights.family = patterns.family
        ),
        expected as (
            select
                *,
                pairs * round(1e6 * one / (one + two))::hugeint as one_millionths,
                pairs * round(1e6 * two / (one + two))::hugeint as two_millionths
            from scored
        ),
        observed as (
            select family, 'match' as feature, '' as level, one_millionths, two_millionths
            from expected
            union all
            select family, 'name', name_level, one_millionths, two_millionths from expected
            union all
            select family, 'time', time_level, one_millionths, two_millionths from expected
            where time_level is not null
            union all
            select family, 'mail', mail_level, one_millionths, two_millionths from expected
            where mail_level is not null
            union all
            select family, 'choice', choice_level, one_millionths, two_millionths from expected
        ),
        summed as (
            select
                family, feature, level,
                sum(one_millionths) as one_millionths, sum(two_millionths) as two_millionths
            from observed
            group by family, feature, level
        ),
        totals as (
            select
                family, feature,
                sum(one_millionths) as one_millionths, sum(two_millionths) as two_millionths
            from summed
            group by family, feature
        ),
        updated as (
            select
                counter.round + 1 as round,
                assumed.family,
                assumed.feature,
                assumed.level,
                (assumed.m * settings.strength + coalesce(summed.one_millionths, 0) / 1e6)
                / (settings.strength + coalesce(case assumed.feature
                    when 'match' then totals.one_millionths + totals.two_millionths
                    else totals.one_millionths end, 0) / 1e6) as m,
                (assumed.u * settings.strength + coalesce(summed.two_millionths, 0) / 1e6)
                / (settings.strength + coalesce(case assumed.feature
                    when 'match' then totals.one_millionths + totals.two_millionths
                    else totals.two_millionths end, 0) / 1e6) as u
            from assumed
            cross join settings
            cross join (select max(round) as round from latest having count(*) > 0) as counter
            left join summed
                on summed.family = assumed.family and summed.feature = assumed.feature
                and summed.level = assumed.level
            left join totals
                on totals.family = assumed.family and totals.feature = assumed.feature
        )
        select
            updated.*,
            greatest(abs(updated.m - latest.m), abs(updated.u - latest.u)) > settings.least_move
                as is_moving
        from updated
        inner join latest using (family, feature, level)
        cross join settings
    )
),
final as (
    select rounds.family, rounds.feature, rounds.level, rounds.m, rounds.u
    from rounds
    inner join (select max(round) as round from rounds) as latest using (round)
)
select * from final order by family, feature, level

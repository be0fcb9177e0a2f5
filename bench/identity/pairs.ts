/**
 * Counts pairs without making them. A unit is a row, or a participant standing for its first row; `apart` is what two
 * units must differ in to make a pair: themselves within an instance, their instance across instances. Of a group of N
 * units, n of them of a segment, the pairs with the segment in them are all pairs less those of the N - n others.
 */
const units = {
  instance: `select method, instance_key || '|' || participant as found, instance_key || '|' || truth as meant,
      connection_key as apart, kind, keyed from labels`,
  people: `select method, person as found, human as meant, instance_key as apart, kind, keyed from labels
      qualify row_number() over (partition by method, truth order by connection_key) = 1`,
}

/** Per method and segment: `true_pairs`, `found_pairs`, `right_pairs`. */
export function pairsSql(scope: 'instance' | 'people'): string {
  return `with units as (${units[scope]}),
    groupings as (
      select method, 'true' as grouping, meant as member, apart, kind, keyed from units
      union all select method, 'found', found, apart, kind, keyed from units
      union all select method, 'right', found || '|' || meant, apart, kind, keyed from units
    ),
    together as (
      select method, grouping, member, apart, count(*) as n from groupings group by all
    ),
    totals as (
      select method, grouping, member, sum(n)::hugeint as n, sum(n * (n - 1) // 2)::hugeint as same
      from together group by all
    ),
    segmented as (
      select method, grouping, member, apart, unnest([kind, keyed, 'all']) as segment from groupings
    ),
    counted as (
      select method, grouping, member, apart, segment, count(*) as n from segmented group by all
    ),
    shares as (
      select counted.method, counted.grouping, counted.member, counted.segment, sum(counted.n)::hugeint as n,
        sum(together.n * (together.n - 1) // 2
          - (together.n - counted.n) * (together.n - counted.n - 1) // 2)::hugeint as same
      from counted join together using (method, grouping, member, apart) group by all
    ),
    pairs as (
      select shares.method, shares.grouping, shares.segment, sum(
          (totals.n * (totals.n - 1) // 2 - totals.same)
          - ((totals.n - shares.n) * (totals.n - shares.n - 1) // 2 - (totals.same - shares.same))
        ) as pairs
      from shares join totals using (method, grouping, member) group by all
    )
    select method, segment,
      coalesce(any_value(pairs) filter (where grouping = 'true'), 0) as true_pairs,
      coalesce(any_value(pairs) filter (where grouping = 'found'), 0) as found_pairs,
      coalesce(any_value(pairs) filter (where grouping = 'right'), 0) as right_pairs
    from pairs group by method, segment order by method <> 'rollcall', method, segment`
}

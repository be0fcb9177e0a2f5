import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pairsSql } from '../../bench/identity/pairs.ts'

interface Unit {
  connection_key: number
  instance_key: number
  kind: string
  found: number
  human: number
}

/** All pairs looked at one by one, as the SQL must not do. */
function countPairs(units: readonly Unit[], segment: string, scope: 'instance' | 'people') {
  const counts = { true_pairs: 0, found_pairs: 0, right_pairs: 0 }
  for (const [index, one] of units.entries())
    for (const other of units.slice(index + 1)) {
      const isSameInstance = one.instance_key === other.instance_key
      if (isSameInstance !== (scope === 'instance')) continue
      if (segment !== 'all' && one.kind !== segment && other.kind !== segment) continue
      const isTrue = one.human === other.human
      const isFound = one.found === other.found
      if (isTrue) counts.true_pairs += 1
      if (isFound) counts.found_pairs += 1
      if (isTrue && isFound) counts.right_pairs += 1
    }
  return counts
}

test('pairs counted by sums are the pairs counted one by one', async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const unit = fc.record({
    instance_key: fc.integer({ min: 1, max: 3 }),
    found: fc.integer({ min: 1, max: 3 }),
    human: fc.integer({ min: 1, max: 3 }),
  })
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(unit, { minLength: 1, maxLength: 14 }), async (drawn) => {
        const units = drawn.map((one, index) => ({
          ...one,
          connection_key: index,
          kind: one.human === 1 ? 'one' : 'other',
        }))
        const values = units.map(
          ({ instance_key, connection_key, kind, found, human }) =>
            `('m', ${instance_key}, ${connection_key}, 't${human}-${instance_key}-${connection_key}', ${human}, '${kind}', 'keyed', ${found}, ${found})`,
        )
        await connection.run(
          `create or replace table labels as select * from (values ${values.join(', ')})
            as t (method, instance_key, connection_key, truth, human, kind, keyed, participant, person)`,
        )
        const people = await count('people')
        for (const segment of ['one', 'other', 'all']) {
          if (!people.has(segment)) continue
          expect(people.get(segment)).toEqual(countPairs(units, segment, 'people'))
        }
        // Within an instance the truth is a participant, here the human in it.
        await connection.run("update labels set truth = human || '-' || instance_key")
        const within = await count('instance')
        for (const [segment, counts] of within) {
          if (segment === 'keyed') continue
          expect(counts).toEqual(countPairs(units, segment, 'instance'))
        }
      }),
      { numRuns: 25 },
    )
  } finally {
    connection.closeSync()
    instance.closeSync()
  }

  async function count(scope: 'instance' | 'people') {
    const rows = (await connection.runAndReadAll(pairsSql(scope))).getRowObjectsJson()
    return new Map(
      rows.map((row) => [
        String(row.segment),
        {
          true_pairs: Number(row.true_pairs),
          found_pairs: Number(row.found_pairs),
          right_pairs: Number(row.right_pairs),
        },
      ]),
    )
  }
})

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readModels } from '../../transform/models.ts'
import { isFull } from '../chaos/scope.ts'
import { ModelRunner } from './model-runner.ts'

let runner: ModelRunner
beforeAll(async () => {
  runner = await ModelRunner.open()
})
afterAll(() => runner.close())

async function connect(edges: [number, number][]): Promise<[number, number][]> {
  await runner.given(
    'intermediate.key_tuples_linked',
    { tuple_key: 'bigint', head_key: 'bigint' },
    edges.map(([one, other]) => ({ tuple_key: Math.max(one, other), head_key: Math.min(one, other) })),
  )
  await runner.build('intermediate.key_tuples_connected')
  const rows = await runner.rows('select * from intermediate.key_tuples_connected order by tuple_key')
  return rows.map(({ tuple_key, component_key }) => [Number(tuple_key), Number(component_key)])
}

/** The smallest member of each node's component, by union-find; roots left out as the model does. */
function unionFind(edges: [number, number][]): [number, number][] {
  const parents = new Map<number, number>()
  const find = (node: number): number => {
    const parent = parents.get(node) ?? node
    return parent === node ? node : find(parent)
  }
  for (const [one, other] of edges) {
    const [low, high] = [find(one), find(other)].sort((a, b) => a - b) as [number, number]
    parents.set(high, low)
    parents.set(low, low)
  }
  return [...parents.keys()]
    .map((node): [number, number] => [node, find(node)])
    .filter(([node, root]) => node !== root)
    .sort(([a], [b]) => a - b)
}

describe('connected components', () => {
  it('are those of union-find, named by their smallest member', async () => {
    const node = fc.integer({ min: 1, max: 24 })
    const edge = fc.tuple(node, node).filter(([one, other]) => one !== other)
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(edge, { maxLength: 30, selector: String }), async (edges) => {
        expect(await connect(edges)).toEqual(unionFind(edges))
      }),
      { numRuns: isFull ? 80 : 30 },
    )
  })

  it('follow a chain of 10,000 links in a few rounds', async () => {
    const length = 10_000
    // 7,919 is prime to the length, so neighbours in the chain are far apart as numbers.
    const number = (index: number) => ((index * 7919) % (length + 1)) + 1
    const found = await connect(
      Array.from({ length }, (_, index): [number, number] => [number(index), number(index + 1)]),
    )
    expect(found).toHaveLength(length)
    expect(new Set(found.map(([, root]) => root))).toEqual(new Set([1]))
    const query = (await readModels()).find(({ table }) => table === 'key_tuples_connected')?.sql ?? ''
    const rounds = query.replace(
      /final as \([\s\S]*$/,
      'final as (select round from rounds) select * from final',
    )
    const [last] = await runner.rows(`select max(round) as round from (${rounds})`)
    // Doubling: some log2 of the length, whatever its order. Step by step it would be 10,000.
    expect(Number(last?.round)).toBeLessThanOrEqual(2 * Math.log2(length))
  }, 120_000)

  it('of keys across instances are found by the same query', async () => {
    const [within, across] = (await readModels())
      .filter(({ table }) => ['key_tuples_connected', 'person_keys_grouped'].includes(table))
      .map(({ sql }) => sql)
    const steps = (sql = '') => sql.slice(sql.indexOf('rounds as ('), sql.indexOf('final as ('))
    expect(steps(across)).toBe(steps(within))
    expect(steps(within).length).toBeGreaterThan(1000)
  })
})

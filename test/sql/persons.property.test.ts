import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ModelRunner } from './model-runner.ts'

/** Participants of one instance, each with the keys it owns; keys are letters, in several kinds. */
type Instance = string[][]

const arrivalColumns = {
  key_id: 'uuid',
  account_id: 'varchar',
  kind: 'varchar',
  key: 'varchar',
  arrival: 'hugeint',
}

let runner: ModelRunner
beforeAll(async () => {
  runner = await ModelRunner.open()
  await runner.given('intermediate.person_keys_dated', arrivalColumns, [])
})
afterAll(() => runner.close())

const kindOf = (key: string) => (key < 'd' ? 'registrant' : key < 'h' ? 'user' : 'email')

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
/** As staging.key_arrivals makes it. */
const idOf = (key: string) => md5(['person', 'A', kindOf(key), key].join('|'))

interface Persons {
  /** Person of each key. */
  persons: Map<string, string>
  /** Id each key would give its person alone. */
  ids: Map<string, string>
}

/** Persons after the instances so far, each read in a run of its own; `shuffle` orders rows that have no order. */
async function personsOf(instances: Instance[], shuffle: <T>(rows: T[]) => T[]): Promise<Persons> {
  const holders = instances.flat()
  const claims = holders.flatMap((keys, holder) => {
    const [head, ...others] = keys.map(idOf)
    const one = { holder: 'p', holder_id: md5(String(holder)), unit: 1, head_id: head }
    return others.length === 0
      ? [{ ...one, key_id: head }]
      : others.map((other) => ({ ...one, key_id: other }))
  })
  const arrived = new Map<string, number>()
  for (const [run, instance] of instances.entries())
    for (const key of instance.flat()) if (!arrived.has(key)) arrived.set(key, run)
  await runner.given(
    'intermediate.person_keys_claimed',
    { holder: 'varchar', holder_id: 'uuid', unit: 'bigint', head_id: 'uuid', key_id: 'uuid' },
    shuffle(claims),
  )
  await runner.given(
    'staging.key_arrivals',
    arrivalColumns,
    shuffle(
      [...arrived].map(([key, run]) => ({
        key_id: idOf(key),
        account_id: 'A',
        kind: kindOf(key),
        key,
        arrival: run,
      })),
    ),
  )
  const models = ['grouped', 'identified']
  await runner.build(...models.map((name) => `intermediate.person_keys_${name}`))
  const rows = await runner.rows('select key, key_id, person_id from intermediate.person_keys_identified')
  return {
    persons: new Map(rows.map((row) => [String(row.key), String(row.person_id)])),
    ids: new Map(rows.map((row) => [String(row.key), String(row.key_id)])),
  }
}

/** Who is one, by brute force: keys that reach each other over participants. */
function reachable(instances: Instance[], from: string): Set<string> {
  const reached = new Set([from])
  for (const key of reached)
    for (const keys of instances.flat()) if (keys.includes(key)) for (const next of keys) reached.add(next)
  return reached
}

const key = fc.constantFrom(...'abcdefghijkl')
const instance = fc.array(fc.uniqueArray(key, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 })

it('persons keep their ids when instances are added; a merge keeps the older and leaves an alias', async () => {
  let merges = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(instance, { minLength: 2, maxLength: 4 }),
      fc.boolean(),
      async (instances, isTurned) => {
        const shuffle = <T>(rows: T[]) => (isTurned ? rows.toReversed() : rows)
        let before: Persons | null = null
        for (let count = 1; count <= instances.length; count++) {
          const known = instances.slice(0, count)
          const now = await personsOf(known, shuffle)
          const aliases = new Map([...now.ids].map(([key, id]) => [id, now.persons.get(key)]))
          for (const [key, person] of now.persons) {
            const own = reachable(known, key)
            // One person exactly where keys reach each other, and its id is that of one of them.
            for (const [other, others] of now.persons) expect(others === person).toBe(own.has(other))
            expect([...own].map((one) => now.ids.get(one))).toContain(person)
          }
          for (const [key, person] of before?.persons ?? []) {
            const current = now.persons.get(key) as string
            // Who had the id has it still, or whoever has merged with them and is older; the id leads there.
            expect(aliases.get(person)).toBe(current)
            if (current === person) continue
            merges += 1
            expect([...(before?.persons.values() ?? [])]).toContain(current)
          }
          before = now
        }
      },
    ),
    { numRuns: 10 },
  )
  expect(merges).toBeGreaterThan(0)
}, 120_000)

it('which of two persons is older is told by when they were read first, whatever the order of instances', async () => {
  const [first, second, both]: Instance[] = [[['k']], [['a']], [['a', 'k']]]
  const one = await personsOf([first, second, both] as Instance[], (rows) => rows)
  expect(one.persons.get('a')).toBe(one.ids.get('k'))
  const other = await personsOf([second, first, both] as Instance[], (rows) => rows)
  expect(other.persons.get('k')).toBe(other.ids.get('a'))
})

it('of keys that arrived at once, the one of the smallest id stands for the person, whoever is found by it', async () => {
  const keys = [...'abcdefghijkl']
  const smallest = keys.map(idOf).sort()[0] as string
  for (const holders of [
    [keys],
    [keys.toReversed()],
    keys.slice(1).map((key, at) => [key, keys[at] as string]),
  ]) {
    const { persons } = await personsOf([holders], (rows) => rows)
    expect([...persons.values()].map((id) => id.replaceAll('-', ''))).toEqual(keys.map(() => smallest))
  }
})

import { afterAll, expect, test } from 'vitest'
import { createHostility } from '../../simulator/hostility.ts'
import { calmWarehouse, tinyAccount, today, undertake } from './pipeline.ts'
import { isFull } from './scope.ts'

/*
 * A hostile API changes how long a sync takes, not what it ends in: 50 seeds with `npm run test:chaos`, one with every
 * `npm test`. See `simulator/hostility.ts` for what happens to the requests.
 */

const seeds = Array.from({ length: isFull ? 50 : 1 }, (_, index) => index + 1)
/** Several accounts, so that more than one course of events is disturbed. */
const accountOf = (seed: number) => (seed % (isFull ? 5 : 1)) + 1
const met: Record<string, number> = {}
const times: string[] = []

test.each(seeds)(
  'a full sync of a hostile account ends in the warehouse of a calm one (seed %i)',
  { timeout: 180_000 },
  async (seed) => {
    const { hash: expected } = await calmWarehouse(accountOf(seed))
    const hostility = createHostility({ seed })
    const undertaking = await undertake(
      tinyAccount(accountOf(seed)),
      { intercept: hostility.intercept },
      // Answers come in milliseconds here, so a second tells what never ends. A request meets three disturbances of its
      // own, three of the token's, and two revocations.
      { patience: { timeoutMs: 1000, maxAttempts: 10 } },
    )
    try {
      const started = performance.now()
      const summaries = await undertaking.extract()
      const extracted = performance.now()
      expect(summaries.at(-1)?.stopped).toBeNull()
      expect(summaries.map(({ statuses }) => statuses.failed ?? 0)).toEqual(summaries.map(() => 0))
      const hash = await undertaking.publish()
      expect(hash).toBe(expected)
      const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1)
      const counts = hostility.counts()
      const disturbances = Object.values(counts).reduce((sum, count) => sum + count, 0)
      times.push(
        `seed ${seed}: ${disturbances} disturbances, extract ${seconds(started, extracted)} s, transform and load ${seconds(extracted, performance.now())} s`,
      )
      for (const [kind, count] of Object.entries(counts)) met[kind] = (met[kind] ?? 0) + count
    } finally {
      await undertaking.end()
    }
  },
)

test('every kind of disturbance was met', () => {
  expect(Object.keys(met).length).toBeGreaterThan(0)
  expect(Object.entries(met).filter(([, count]) => count === 0)).toEqual([])
})

afterAll(() => {
  if (isFull) process.stdout.write(`${times.join('\n')}\n${JSON.stringify(met)} on ${today.toISOString()}\n`)
})

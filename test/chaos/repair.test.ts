import { beforeAll, expect, test } from 'vitest'
import type { Intercept } from '../../simulator/server.ts'
import { query } from '../postgres/testDatabase.ts'
import { differences } from './differences.ts'
import { calmWarehouse, tinyAccount, undertake } from './pipeline.ts'
import { isFull } from './scope.ts'

/* What one sync could not read, the next one reads, and what it had to read from a poorer source, from the better. */

const account = tinyAccount()
const hour_ms = 3_600_000
const patience = { maxAttempts: 2 }
let calm: Awaited<ReturnType<typeof calmWarehouse>>

beforeAll(async () => {
  calm = await calmWarehouse()
})

/** A simulator whose answers to some paths are HTTP 503 until told otherwise. */
function outageOf(isDown: (path: string) => boolean) {
  const state = { isOver: false, refused: 0 }
  const intercept: Intercept = ({ path }) => {
    if (state.isOver || !isDown(path)) return null
    state.refused += 1
    return { status: 503, body: { code: 503, message: 'Service unavailable' } }
  }
  return { state, intercept }
}

const personIds = async (url: string) =>
  (
    await query<{ id: string }>(
      url,
      // Whoever has no key is a person of that one participation: learning the key makes it another's.
      'select id from zoom_people where primary_email is not null or zoom_user_id is not null',
    )
  ).map(({ id }) => id)
const sourcesOf = async (url: string) =>
  (
    await query<{ source: string }>(
      url,
      'select distinct source_endpoint as source from zoom_webinar_instances where captured_rows > 0 order by 1',
    )
  ).map(({ source }) => source)

test('rows of a poorer source give way to those of the better one once it answers', {
  timeout: 180_000,
}, async () => {
  const outage = outageOf((path) => /\/report\/webinars\/[^/]+\/participants$/.test(path))
  const repaired = await undertake(account, { intercept: outage.intercept }, { patience })
  try {
    const [first] = await repaired.extract()
    expect(first?.statuses.failed).toBeGreaterThan(0)
    await repaired.publish('first')
    expect(await sourcesOf(repaired.databaseUrl)).toEqual(['past_webinars'])
    const known = await personIds(repaired.databaseUrl)

    outage.state.isOver = true
    repaired.pass(24 * hour_ms)
    const [second] = await repaired.extract({ mode: 'incremental' })
    expect(second?.statuses.failed).toBeUndefined()
    await repaired.publish('second')
    expect(await differences(calm.databaseUrl, repaired.databaseUrl)).toEqual([])
    expect(await sourcesOf(repaired.databaseUrl)).toEqual(['report'])
    // Who had an id keeps it, as a person's own or as an alias.
    const ids = await query<{ id: string }>(
      repaired.databaseUrl,
      'select id from zoom_people union select alias_id from zoom_person_aliases',
    )
    expect(ids.map(({ id }) => id)).toEqual(expect.arrayContaining(known))

    repaired.pass(hour_ms)
    const [third] = await repaired.extract({ mode: 'incremental' })
    expect(third).toMatchObject({ capturedInstances: 0, settledInstances: second?.knownInstances })
  } finally {
    await repaired.end()
  }
})

test.runIf(isFull)(
  'instances and listings that no source gave are read by the next sync',
  {
    timeout: 180_000,
  },
  async () => {
    let asked = 0
    // Every third request fails for good: lists of users and instances, registrants and participants alike.
    const down = new Map<string, boolean>()
    const outage = outageOf((path) => {
      if (path === '/oauth/token') return false
      if (!down.has(path)) down.set(path, ++asked % 3 === 0)
      return down.get(path) === true
    })
    const repaired = await undertake(account, { intercept: outage.intercept }, { patience })
    try {
      const [first] = await repaired.extract()
      expect(first?.statuses.failed).toBeGreaterThan(10)
      await repaired.publish('first')
      expect((await differences(calm.databaseUrl, repaired.databaseUrl)).length).toBeGreaterThan(0)

      outage.state.isOver = true
      // On the same day: on the next, the first day is out of Zoom's reach, and rightly missed.
      repaired.pass(2 * hour_ms)
      await repaired.extract({ mode: 'incremental' })
      await repaired.publish('second')
      expect(await differences(calm.databaseUrl, repaired.databaseUrl)).toEqual([])
    } finally {
      await repaired.end()
    }
  },
)

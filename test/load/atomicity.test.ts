import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { contentHash } from '../../load/contentHash.ts'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'
import { instance, type Marts, participant, person, promise, session, uuid } from './catalog.ts'
import { createSmallWarehouse, loadMarts, row, smallAccount } from './loading.ts'

async function loaded(): Promise<{ url: string; hash: string; units: unknown[] }> {
  const url = await createSmallWarehouse()
  return { url, hash: await contentHash(url), units: await unitsOf(url) }
}

const unitsOf = async (url: string) => await query(url, 'select * from rollcall_units order by 1, 2')

/** Holds the lock of a load, as another load would. */
async function holdLock(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`select pg_advisory_lock(hashtext('rollcall load'), hashtext('public'))`)
  return client
}

/** Waits until a connection of a load waits for that lock; its process id. */
async function waitingLoad(url: string): Promise<number> {
  for (;;) {
    const [found] = await query<{ pid: number }>(
      url,
      `select pid from pg_stat_activity where datname = current_database() and application_name = 'rollcall'
         and wait_event_type = 'Lock' and wait_event = 'advisory'`,
    )
    if (found !== undefined) return found.pid
    await delay(10)
  }
}

describe('a load that fails', () => {
  it('in the middle, at a row that breaks a constraint, leaves all as it was and quotes nobody', async () => {
    const { url, hash, units } = await loaded()
    const marts = smallAccount()
    row(marts, 'zoom_people', 'ann').display_name = 'Ann Other'
    marts.zoom_participants?.push(
      participant('dee-2', 'inst-2', 'web-a', 'bob', { role: null, participant_name: 'Dee Secret' }),
    )
    const error = await loadMarts(url, marts).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'WarehouseError', kind: 'terminal', code: '23502' })
    expect(String(error)).toMatch(/writing zoom_participants: null value in column "role".*as it was before/)
    expect(JSON.stringify(error) + String(error)).not.toContain('Dee Secret')
    expect((error as Error).cause).toBeUndefined()
    expect(await contentHash(url)).toBe(hash)
    expect(await unitsOf(url)).toEqual(units)
    expect(await query(url, 'select count(*)::int from rollcall_runs')).toEqual([{ count: 1 }])
  })

  it('at the foreign keys, which are checked last, leaves all as it was', async () => {
    const { url, hash } = await loaded()
    const marts = smallAccount()
    marts.zoom_participants?.push(participant('dee-2', 'inst-2', 'web-a', 'nobody'))
    const error = await loadMarts(url, marts).catch((reason: unknown) => reason)
    expect(String(error)).toMatch(/checking foreign keys.*zoom_participants_person_id_fkey/)
    expect(await contentHash(url)).toBe(hash)
  })

  it('because it was told to stop leaves all as it was', async () => {
    const { url, hash } = await loaded()
    const holder = await holdLock(url)
    const controller = new AbortController()
    const marts = smallAccount()
    row(marts, 'zoom_people', 'ann').display_name = 'Ann Other'
    const stopped = loadMarts(url, marts, { signal: controller.signal }).catch((reason: unknown) => reason)
    await waitingLoad(url)
    controller.abort(new Error('Ctrl-C'))
    await holder.end()
    expect(String(await stopped)).toBe('Error: Ctrl-C')
    expect(await contentHash(url)).toBe(hash)
  })

  it('because the connection was lost is tried again from the start', async () => {
    const { url, hash } = await loaded()
    const holder = await holdLock(url)
    const pauses_ms: number[] = []
    const effects = { now: () => new Date(), sleep: async (pause_ms: number) => pauses_ms.push(pause_ms) }
    const marts = smallAccount()
    row(marts, 'zoom_people', 'ann').display_name = 'Ann Other'
    const loading = loadMarts(url, marts, { effects })
    await query(url, 'select pg_terminate_backend($1)', [await waitingLoad(url)])
    await waitingLoad(url)
    await holder.end()
    expect(await loading).toMatchObject({ unitsChanged: 1 })
    expect(pauses_ms).toEqual([500])
    expect(await contentHash(url)).not.toBe(hash)
  })

  it('again and again for a passing reason gives up after six attempts', async () => {
    const { url, hash } = await loaded()
    const holder = await holdLock(url)
    const pauses_ms: number[] = []
    const effects = { now: () => new Date(), sleep: async (pause_ms: number) => pauses_ms.push(pause_ms) }
    const outcome = loadMarts(url, {}, { effects }).catch((reason: unknown) => reason)
    for (let kill = 1; kill <= 6; kill++) {
      await query(url, 'select pg_terminate_backend($1)', [await waitingLoad(url)])
    }
    expect(await outcome).toBeInstanceOf(Error)
    await holder.end()
    expect(pauses_ms).toEqual([500, 1000, 2000, 4000, 8000])
    expect(await contentHash(url)).toBe(hash)
  })
})

describe('two loads at once', () => {
  it('go one after the other', async () => {
    const { url } = await createTestDatabase()
    const later = smallAccount()
    row(later, 'zoom_people', 'ann').display_name = 'Ann Other'
    const summaries = await Promise.all([loadMarts(url, smallAccount()), loadMarts(url, later)])
    // Whichever came second replaced one bucket of persons and nothing else.
    expect(summaries.map((summary) => summary.unitsChanged).sort((a, b) => a - b)[0]).toBe(1)
    expect(await query(url, 'select count(*)::int from zoom_participants')).toEqual([{ count: 4 }])
  })
})

describe('a reader during loads', () => {
  it('sees one state or the other, never a mixture', async () => {
    const { url } = await createTestDatabase()
    await loadMarts(url, crowd(40))
    const reader = new pg.Client({ connectionString: url })
    await reader.connect()
    const seen = new Set<string>()
    let isDone = false
    const reading = (async () => {
      while (!isDone) {
        const { rows } = await reader.query(
          `select (select count(*) from zoom_people) || ':' || (select count(*) from zoom_participants) || ':'
             || (select count(*) from zoom_participant_sessions) || ':' || (select participants from rollcall_runs) as state`,
        )
        seen.add(rows[0].state)
      }
    })()
    for (const size of [55, 40, 55]) await loadMarts(url, crowd(size))
    isDone = true
    await reading
    await reader.end()
    expect([...seen].sort()).toEqual(['40:40:40:40', '55:55:55:55'])
  })
})

/** One instance with this many people. */
function crowd(size: number): Marts {
  const words = Array.from({ length: size }, (_, index) => `p${String(index).padStart(3, '0')}`)
  const participants = words.map((word) => participant(`in-${word}`, 'inst-1', 'web-a', word))
  return {
    ...smallAccount(),
    zoom_people: words.map((word) => person(word)),
    zoom_person_aliases: [],
    zoom_webinar_instances: [instance('inst-1', 'web-a')],
    zoom_registrants: [],
    zoom_participants: participants,
    zoom_participant_sessions: participants.map((each) => session(`s-${each.participant_name}`, each)),
    zoom_instance_timeline: [],
    zoom_instance_dropoff: [],
    zoom_poll_answers: [],
    zoom_questions: [],
    zoom_survey_answers: [],
    zoom_capture_promises: [promise('inst-1', 'web-a')],
    zoom_capture_audit: [
      {
        account_id: 'acc',
        webinar_id: uuid('web-a'),
        subject: 'webinar',
        stream: 'registrants',
        captured: 0,
        status: 'empty',
      },
    ],
  }
}

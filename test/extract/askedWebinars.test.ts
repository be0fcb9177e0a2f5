import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, expect, it } from 'vitest'
import { type AskedWebinarsOptions, askedWebinars } from '../../extract/discovery/askedWebinars.ts'
import { endpointFor } from '../../extract/zoom/endpoints/catalogue.ts'
import { openTestAccount, type TestAccount } from '../pipelines/account.ts'
import { writeRawRows } from './rawRows.ts'

/** An id is kept for 30 days after its last use, and what a webinar says settles in 7. */
const keptDays = 37
const now = 'now'

/** What is known of a webinar; days since its last instance ended. */
interface Known {
  /** Whether it is known when it ran, and not only that it exists. */
  hasRun?: boolean
  details?: { day: number; status: string }
  past?: { day: number; status: string }
  /** The run that saw it in the list of its host's scheduled webinars. */
  scheduledIn?: string
  /** An occurrence is planned for this day. */
  occurrence?: number
}

const whole = (day: number) => ({
  details: { day, status: 'complete' },
  past: { day, status: 'complete' },
})

const cases: Record<string, [Known, isAsked: boolean]> = {
  'never read': [{}, true],
  'its details never read': [{ past: { day: 40, status: 'complete' } }, true],
  'read while its id was good': [whole(keptDays - 1), true],
  'read on the day after': [whole(1), true],
  'read when its id had expired': [whole(keptDays), false],
  'one of both read too early': [
    { details: { day: 40, status: 'complete' }, past: { day: 20, status: 'complete' } },
    true,
  ],
  'gone when its id had expired': [
    { details: { day: 40, status: 'expired' }, past: { day: 40, status: 'empty' } },
    false,
  ],
  'reading failed': [{ details: { day: 40, status: 'failed' }, past: { day: 40, status: 'complete' } }, true],
  'reading refused': [
    { details: { day: 40, status: 'complete' }, past: { day: 40, status: 'denied' } },
    true,
  ],
  'nobody knows when it ran': [{ hasRun: false, ...whole(40) }, true],
  'nobody knows when it ran, and it is gone': [
    { hasRun: false, details: { day: 1, status: 'expired' }, past: { day: 1, status: 'expired' } },
    false,
  ],
  'listed again': [{ ...whole(40), scheduledIn: now }, true],
  'was listed in an earlier run': [{ ...whole(40), scheduledIn: 'earlier' }, false],
  'an occurrence is to come': [{ ...whole(40), occurrence: 10 }, true],
  'its last occurrence is long over': [{ ...whole(60), occurrence: 10 }, false],
}

const folders: string[] = []
const accounts: TestAccount[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
  for (const account of accounts.splice(0)) await account.close()
})

async function known(): Promise<AskedWebinarsOptions> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-asked-'))
  folders.push(dataDir)
  const duckdb = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await duckdb.connect()
  const at = (day: number) => `timestamptz '2026-01-01 12:00:00+00' + to_days(${day})`
  const all = Object.values(cases).map(([given], id) => ({ id, ...given }))
  const about = (id: number) => ({ account_id: `'ACC'`, webinar_id: `${id}` })
  const captures = [
    { ...about(0), webinar_id: 'null', run_id: `'earlier'`, stream: `'instances'`, subject: `'window:all'` },
    { ...about(0), webinar_id: 'null', run_id: `'earlier'`, stream: `'webinars'`, subject: `'user:host'` },
    ...all.flatMap(({ id, details, past }) =>
      [
        { stream: 'webinars', source: 'webinars', reading: details },
        { stream: 'instances', source: 'past_webinars', reading: past },
      ].flatMap(({ stream, source, reading }) =>
        reading === undefined
          ? []
          : [
              {
                ...about(id),
                ...{ run_id: `'earlier'`, stream: `'${stream}'`, subject: `'webinar:${id}'` },
                ...{ source_endpoint: `'${source}'`, status: `'${reading.status}'` },
                finished_at: at(reading.day),
              },
            ],
      ),
    ),
  ].map((capture, n) => ({ ...capture, capture_id: `'c${n}'` }))
  const sightings = all.map(({ id, hasRun = true }) => ({
    ...{ ...about(id), capture_id: `'c0'`, run_id: `'earlier'`, source_endpoint: `'history_meetings'` },
    ...(hasRun ? { end_time: at(0) } : {}),
  }))
  const webinars = all.map(({ id, scheduledIn = 'long ago', occurrence }) => ({
    ...{ ...about(id), capture_id: `'c1'`, run_id: `'${scheduledIn}'`, source_endpoint: `'users'` },
    ...(occurrence === undefined
      ? {}
      : {
          occurrences: `'[{"occurrence_id":"1","start_time":"2026-01-${occurrence + 1}T11:00:00Z","duration":60}]'`,
        }),
  }))
  await writeRawRows(dataDir, connection, 'captures', captures)
  await writeRawRows(dataDir, connection, 'instances', sightings)
  await writeRawRows(dataDir, connection, 'webinars', webinars)
  connection.closeSync()
  duckdb.closeSync()
  return {
    ...{ dataDir, accountId: 'ACC', run: { id: now }, webinarIds: [], settleDays: 7 },
    ...{ now: new Date('2026-03-31T12:00:00Z'), opened: [], isPatienceOver: false },
  }
}

const everything = Object.keys(cases).map((_, id) => id)

it('asks about webinars that may have something new to say', async () => {
  const asked = new Set(await askedWebinars(await known(), false))
  const told = Object.keys(cases).map((name, id) => [name, asked.has(id)])
  expect(Object.fromEntries(told)).toEqual(
    Object.fromEntries(Object.entries(cases).map(([name, [, isAsked]]) => [name, isAsked])),
  )
})

it('waits twice as long where what is new is in lists that came whole', async () => {
  const options = await known()
  const early = Object.keys(cases).indexOf('read while its id was good')
  const young = Object.keys(cases).indexOf('read on the day after')
  const askedOn = async (day: number, isWhole = true) => {
    const now = new Date(Date.parse('2026-01-01T12:00:00Z') + day * 86_400_000)
    const asked = await askedWebinars({ ...options, now }, isWhole)
    return [asked.includes(young), asked.includes(early)]
  }
  expect(await askedOn(1.9)).toEqual([false, false])
  expect(await askedOn(1.9, false)).toEqual([true, true])
  expect(await askedOn(2)).toEqual([true, false])
  // Not twice as long, but when nothing can be new any more.
  expect(await askedOn(keptDays - 0.1)).toEqual([true, false])
  expect(await askedOn(keptDays)).toEqual([true, true])
})

it('asks about all where that was wanted, or a scope has opened one of the two readings', async () => {
  const options = await known()
  expect(await askedWebinars({ ...options, isPatienceOver: true }, true)).toEqual(everything)
  for (const opened of [endpointFor('webinars', 'webinars'), endpointFor('instances', 'past_webinars')])
    expect(await askedWebinars({ ...options, opened: [opened] }, true)).toEqual(everything)
  const another = await askedWebinars({ ...options, opened: [endpointFor('users', 'users')] }, true)
  expect(another.length).toBeLessThan(everything.length)
})

it('asks only about webinars that are named', async () => {
  expect(await askedWebinars({ ...(await known()), webinarIds: [7, 4711, 7] }, true)).toEqual([7, 4711])
})

it('asks about a webinar once more when its id has expired, and then never again', {
  timeout: 60_000,
}, async () => {
  // The simulator knows no other day than its own: on later ones, no list has a webinar any more.
  const isScheduled = (path: string) => /^\/v2\/users\/[^/]+\/webinars$/.test(path)
  const nothing = { status: 200, body: { page_size: 300, total_records: 0, webinars: [] } }
  let isLater = false
  const account = await openTestAccount(
    {},
    { intercept: async ({ path }) => (isLater && isScheduled(path) ? nothing : null) },
  )
  accounts.push(account)
  const ids = account.truth.webinars.map((webinar) => webinar.zoom_webinar_id)
  const askedOn = async (day: number, mode: 'incremental' | 'full') => {
    isLater = day > 0
    const before = account.simulator.requests().length
    await account.extract({ mode }, { clock: () => account.nowMs + day * 86_400_000 })
    const requests = account.simulator.requests().slice(before)
    const paths = new Set(requests.map(({ path }) => path))
    const asked = (pathOf: (id: number) => string) => ids.filter((id) => paths.has(pathOf(id))).length
    return [asked((id) => `/v2/webinars/${id}`), asked((id) => `/v2/past_webinars/${id}/instances`)]
  }
  expect(await askedOn(0, 'full')).toEqual([ids.length, ids.length])
  const expired = await askedOn(200, 'incremental')
  expect(expired[0]).toBeGreaterThan(0)
  expect(expired[1]).toBe(expired[0])
  expect(await askedOn(201, 'incremental')).toEqual([0, 0])
  expect(await askedOn(202, 'full')).toEqual([ids.length, ids.length])
})

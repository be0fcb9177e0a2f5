import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { makePlan } from '../../extract/plan.ts'
import type { PlanOptions } from '../../extract/planOptions.ts'
import { endpointFor } from '../../extract/zoom/endpoints/catalogue.ts'
import { isFull } from '../chaos/scope.ts'
import { writeRawRows } from './rawRows.ts'

const hourMs = 3_600_000
const end = Date.parse('2026-05-01T12:00:00Z')

/** A reading of a stream of one of the instances. */
const reading = fc.record({
  instance: fc.integer({ min: 0, max: 2 }),
  stream: fc.constantFrom('participants', 'report_details', 'polls', 'questions', 'surveys', 'absentees'),
  status: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('complete', 'empty') },
    { weight: 1, arbitrary: fc.constantFrom('partial', 'failed', 'denied', 'expired', 'not_ready') },
  ),
  source: fc.constantFrom('report', 'past_webinars'),
  rows: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(2) }),
  hoursLate: fc.constantFrom(-2, 0, 1, 1.5, 30, 24 * 7, 24 * 9),
})

/** A reading of a listing about their webinar. */
const listing = fc.record({
  stream: fc.constantFrom('panelists', 'tracking_sources', 'registration_questions', 'registrants'),
  status: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('complete', 'empty') },
    { weight: 1, arbitrary: fc.constantFrom('partial', 'failed', 'denied', 'expired') },
  ),
  hoursLate: fc.constantFrom(-2, 0, 1.5, 24 * 7, 24 * 9),
})

/** All streams read in time, so that nothing may be left to do, before anything else is drawn. */
const history = fc.record({
  isWholeFirst: fc.boolean(),
  hoursLate: fc.constantFrom(0, 24 * 8),
  /** Zoom's 2 is "no registration required". */
  approvalType: fc.constantFrom(null, 0, 2),
  readings: fc.array(reading, { maxLength: 12 }),
  listings: fc.array(listing, { maxLength: 8 }),
})
type History = typeof history extends fc.Arbitrary<infer T> ? T : never

it('leaves out exactly the instances and listings that the rules would find settled, whatever was read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-open-'))
  const duckdb = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await duckdb.connect()
  try {
    let settled = 0
    let drawn = 0
    let listings = 0
    await fc.assert(
      fc.asyncProperty(history, async (drawnHistory) => {
        const dataDir = join(folder, String(drawn++))
        await writeRaw(dataDir, connection, drawnHistory)
        const told = await makePlan(options(dataDir))
        // A new scope that opens nothing better about instances: every instance is asked about, one stream at a time.
        const asked = await makePlan({ ...options(dataDir), opened: [endpointFor('users', 'users')] })
        expect(JSON.stringify(told)).toBe(JSON.stringify(asked))
        settled += told.settledInstances
        listings += told.webinars.reduce((sum, { captures }) => sum + captures.length, 0)
      }),
      { numRuns: isFull ? 25 : 12, seed: 11 },
    )
    // Otherwise nothing was left out.
    expect(settled).toBeGreaterThan(drawn / 3)
    // Six of a webinar with registration.
    expect(listings).toBeGreaterThan(0)
    expect(listings).toBeLessThan(6 * drawn)
  } finally {
    connection.closeSync()
    duckdb.closeSync()
    await rm(folder, { recursive: true, force: true })
  }
})

function options(dataDir: string): PlanOptions {
  const now = new Date(end + 60 * 24 * hourMs)
  return {
    dataDir,
    accountId: 'ACC',
    run: { id: 'now', freshSinceMs: now.getTime() },
    now,
    webinarIds: [],
    settleDays: 7,
    confirmMinutes: 60,
    opened: [],
    isPatienceOver: false,
  }
}

async function writeRaw(
  dataDir: string,
  connection: DuckDBConnection,
  { isWholeFirst, hoursLate, approvalType, readings, listings }: History,
) {
  const time = (ms: number) => `make_timestamptz(${ms * 1000})`
  const first = isWholeFirst
    ? [0, 1, 2].flatMap((instance) =>
        ['participants', 'report_details', 'polls', 'questions', 'surveys'].map((stream) => ({
          ...{ instance, stream, status: 'complete', source: 'report', rows: 1, hoursLate },
        })),
      )
    : []
  const captures = [...first, ...readings].map(
    ({ instance, stream, status, source, rows, hoursLate }, n) => ({
      account_id: `'ACC'`,
      run_id: `'run-${n}'`,
      capture_id: `'run-${n}-1'`,
      stream: `'${stream}'`,
      subject: `'instance:uuid-${instance}'`,
      instance_uuid: `'uuid-${instance}'`,
      source_endpoint: `'${source}'`,
      status: `'${status}'`,
      captured_rows: `${rows}`,
      rows_checksum: `'${rows}'`,
      finished_at: time(end + hoursLate * hourMs),
    }),
  )
  const instances = [0, 1, 2].map((instance) => ({
    account_id: `'ACC'`,
    capture_id: `'run-i-1'`,
    zoom_uuid: `'uuid-${instance}'`,
    webinar_id: '91',
    source_endpoint: `'report'`,
    start_time: time(end - hourMs),
    end_time: instance === 2 ? 'null' : time(end),
  }))
  const settings = {
    account_id: `'ACC'`,
    capture_id: `'run-w-1'`,
    webinar_id: '91',
    source_endpoint: `'webinars'`,
    approval_type: `${approvalType}`,
    fetched_at: time(end),
  }
  const about = listings.map(({ stream, status, hoursLate }, n) => ({
    ...{ account_id: `'ACC'`, run_id: `'list-${n}'`, capture_id: `'list-${n}-1'`, webinar_id: '91' },
    ...{ stream: `'${stream}'`, source_endpoint: `'webinars'`, status: `'${status}'` },
    subject: stream === 'registrants' ? `'webinar:91:status=approved'` : `'webinar:91'`,
    finished_at: time(end + hoursLate * hourMs),
  }))
  // A reading gives rows of its stream alone.
  const lists = [
    { ...instances[0], stream: `'instances'`, subject: `'window:2026-05-01'`, run_id: `'run-i'` },
    { ...settings, stream: `'webinars'`, subject: `'webinar:91'`, run_id: `'run-w'` },
  ]
  await writeRawRows(dataDir, connection, 'instances', instances)
  await writeRawRows(dataDir, connection, 'webinars', [settings])
  await writeRawRows(dataDir, connection, 'captures', [...captures, ...about, ...lists])
}

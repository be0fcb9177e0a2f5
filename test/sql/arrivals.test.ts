import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Row } from './catalog-reader.ts'
import { ModelRunner } from './model-runner.ts'

interface Event {
  run: string
  registrant_id?: string
  zoom_user_id?: string
  email?: string
  /** Null where the source gave none. */
  at: string | null
  account?: string
}

let runner: ModelRunner
beforeAll(async () => {
  runner = await ModelRunner.open()
})
afterAll(() => runner.close())

const keys = { capture_id: 'varchar', registrant_id: 'varchar', zoom_user_id: 'varchar', email: 'varchar' }
const first = '20260601T000000000Z-acc'
const second = '20260601T000000001Z-acc'

/** Arrivals of what was read of participants and registrants, the oldest first. */
async function arrivalsOf(participants: Event[], registrants: Event[] = []): Promise<Row[]> {
  const captureOf = ({ run, account = 'A' }: Event) => `${run}-${account}`
  const captures = (stream: string, events: Event[]) =>
    [...new Map(events.map((event) => [captureOf(event), event])).values()].map((event) => ({
      capture_id: captureOf(event),
      account_id: event.account ?? 'A',
      run_id: event.run,
      stream,
    }))
  await runner.given(
    'staging.captures',
    { capture_id: 'varchar', account_id: 'varchar', run_id: 'varchar', stream: 'varchar' },
    [...captures('participants', participants), ...captures('registrants', registrants)],
  )
  const rows = (column: string, events: Event[]) =>
    events.map((event) => ({ ...event, capture_id: captureOf(event), [column]: event.at }))
  await runner.given(
    'raw.participants',
    { ...keys, join_time: 'timestamptz' },
    rows('join_time', participants),
  )
  await runner.given(
    'raw.registrants',
    { ...keys, registered_at: 'timestamptz' },
    rows('registered_at', registrants),
  )
  await runner.build('staging.key_arrivals')
  return runner.rows('select * from staging.key_arrivals order by arrival, kind, key, account_id')
}

describe('when a key arrived', () => {
  it('is told by the run first, then by the time of the first event, of which none comes last', async () => {
    const rows = await arrivalsOf([
      { run: second, email: 'early@x.org', at: '2020-01-01 00:00:00Z' },
      { run: first, email: 'nobody-knows@x.org', at: null },
      { run: first, email: 'later@x.org', at: '2026-05-01 10:00:00.002Z' },
      { run: first, email: 'sooner@x.org', at: '2026-05-01 10:00:00.001Z' },
    ])
    expect(rows.map(({ key }) => key)).toEqual([
      'sooner@x.org',
      'later@x.org',
      'nobody-knows@x.org',
      'early@x.org',
    ])
  })

  it('does not change by what is read later', async () => {
    const known: Event[] = [{ run: first, zoom_user_id: 'U', at: '2026-05-01 10:00:00Z' }]
    const before = await arrivalsOf(known)
    const now = await arrivalsOf([...known, { run: second, zoom_user_id: 'U', at: '2020-01-01 00:00:00Z' }])
    expect(now).toEqual(before)
    // Of another build, with a run that is older than all: numbers of runs would be others.
    const older = '20250101T000000000Z-acc'
    const among = await arrivalsOf([...known, { run: older, zoom_user_id: 'V', at: '2025-01-01 00:00:00Z' }])
    expect(among.find(({ key }) => key === 'U')).toEqual(before[0])
  })

  it('is one for all spellings of a key in an account, and each kind and account has its own', async () => {
    const at = '2026-05-01 10:00:00Z'
    const rows = await arrivalsOf(
      [
        { run: first, email: ' Ann@X.org', registrant_id: 'same', at },
        { run: first, email: 'ann@x.org\0', zoom_user_id: 'same', at },
        { run: first, email: ' ', registrant_id: '', zoom_user_id: '\0', at },
        { run: second, email: 'ann@x.org', account: 'B', at },
      ],
      [{ run: second, email: 'ANN@x.org', registrant_id: 'same', account: 'A', at: '2020-01-01 00:00:00Z' }],
    )
    expect(rows.map(({ account_id, kind, key }) => [account_id, kind, key])).toEqual([
      ['A', 'email', 'ann@x.org'],
      ['A', 'registrant', 'same'],
      ['A', 'user', 'same'],
      ['B', 'email', 'ann@x.org'],
    ])
    const idOf = (...parts: string[]) =>
      createHash('md5')
        .update(['person', ...parts].join('|'))
        .digest('hex')
    expect(rows.map(({ key_id }) => String(key_id).replaceAll('-', ''))).toEqual([
      idOf('A', 'email', 'ann@x.org'),
      idOf('A', 'registrant', 'same'),
      idOf('A', 'user', 'same'),
      idOf('B', 'email', 'ann@x.org'),
    ])
  })
})

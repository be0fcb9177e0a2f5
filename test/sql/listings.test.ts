import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ModelRunner } from './model-runner.ts'

interface Listing {
  subject: string
  source_endpoint: string
  status: string
  /** Day of May 2026 on which it was read. */
  day: number
}

let runner: ModelRunner

beforeAll(async () => {
  runner = await ModelRunner.open()
  await runner.given(
    'intermediate.instances_united',
    { account_id: 'varchar', instance_uuid: 'varchar', zoom_webinar_id: 'bigint' },
    [],
  )
})
afterAll(() => runner?.close())

/** The routes that something is missing of, after these listings of instances. */
async function lacking(...listings: Listing[]): Promise<unknown[]> {
  const types = {
    account_id: 'varchar',
    stream: 'varchar',
    subject: 'varchar',
    source_endpoint: 'varchar',
    status: 'varchar',
    reason: 'varchar',
    run_id: 'varchar',
    webinar_id: 'bigint',
    instance_uuid: 'varchar',
    expected_rows: 'bigint',
    captured_rows: 'bigint',
    confirmed_at: 'timestamptz',
    confirmed_run_id: 'varchar',
    finished_at: 'timestamptz',
    is_of_instance: 'boolean',
    is_best: 'boolean',
  }
  const rows = listings.map(({ day, ...listing }) => ({
    account_id: 'ACC',
    stream: 'instances',
    run_id: `run of day ${String(day).padStart(2, '0')}`,
    confirmed_run_id: `run of day ${String(day).padStart(2, '0')}`,
    captured_rows: 0,
    finished_at: `2026-05-${String(day).padStart(2, '0')}T12:00:00Z`,
    confirmed_at: `2026-05-${String(day).padStart(2, '0')}T12:00:00Z`,
    is_of_instance: false,
    is_best: true,
    ...listing,
  }))
  await runner.given('staging.captures', types, rows)
  const read_until = rows
    .map((row) => row.finished_at)
    .toSorted()
    .at(-1)
  await runner.given('staging.reading_times', { read_until: 'timestamptz' }, [{ read_until }])
  await runner.build('intermediate.listings_covered', 'intermediate.captures_judged')
  const told = await runner.rows(
    "select concat(subject, ' ', status) as told from intermediate.captures_judged order by 1",
  )
  return told.map((row) => row.told)
}

const history = (days: string, status: string, day: number): Listing => ({
  subject: `window:${days}`,
  source_endpoint: 'history_meetings',
  status,
  day,
})
const dashboard = (days: string, status: string, day: number): Listing => ({
  ...history(days, status, day),
  subject: `dashboard:${days}`,
  source_endpoint: 'metrics',
})

describe('a listing that failed is missed', () => {
  it('until a later run has listed all its days, however the days are cut', async () => {
    const failed = history('2026-05-01..2026-05-10', 'failed', 10)
    expect(await lacking(failed)).toEqual(['route:history_meetings failed'])
    expect(await lacking(failed, history('2026-05-02..2026-05-12', 'empty', 12))).toEqual([
      'route:history_meetings failed',
    ])
    expect(
      await lacking(
        failed,
        history('2026-05-01..2026-05-04', 'empty', 11),
        history('2026-05-05..2026-05-12', 'empty', 12),
      ),
    ).toEqual([])
  })

  it('although an earlier run had listed its days', async () => {
    expect(
      await lacking(
        history('2026-05-01..2026-05-09', 'empty', 9),
        history('2026-05-01..2026-05-10', 'failed', 10),
      ),
    ).toEqual(['route:history_meetings failed'])
  })

  it('no longer when Zoom lists its days no more', async () => {
    expect(
      await lacking(
        history('2025-09-01..2025-09-30', 'failed', 1),
        history('2026-05-01..2026-05-20', 'empty', 20),
      ),
    ).toEqual([])
  })
})

describe('a route that is closed to the account', () => {
  it('costs nothing where another that sees the whole account listed the same days', async () => {
    expect(
      await lacking(
        dashboard('2026-05-01..2026-05-10', 'denied', 10),
        history('2026-05-01..2026-05-10', 'empty', 10),
      ),
    ).toEqual([])
  })

  it('is missed where the other did not', async () => {
    expect(
      await lacking(
        dashboard('2026-05-01..2026-05-10', 'denied', 10),
        history('2026-05-03..2026-05-10', 'empty', 10),
      ),
    ).toEqual(['route:metrics denied'])
  })
})

import { expect, test } from 'vitest'
import { readLedger } from '../../../extract/raw/ledger.ts'
import { queryRaw } from '../../../extract/raw/query.ts'
import { openRawZone } from '../../../extract/raw/zone.ts'
import type { CaptureStatus } from '../../../extract/streams.ts'
import { type Body, instance, pageOf, parseBody, participants } from './zonePages.ts'
import { setup, unsyncedDisk } from './zoneSetup.ts'

/** One run a reading, a minute apart. */
async function read(
  dataDir: string,
  readings: [CaptureStatus, Body['rows'], ('report' | 'metrics')?][],
  accountId = 'acc',
) {
  for (const [minute, [status, rows, source = 'report']] of readings.entries()) {
    const zone = await openRawZone(
      {
        ...{ dataDir, accountId, runId: `20260501T093${minute}00000Z-${accountId}` },
        parse: (_stream, _source, body) => parseBody(body),
      },
      { clock: () => Date.UTC(2026, 4, 1, 9, minute), disk: unsyncedDisk },
    )
    const writer = zone.begin({ stream: 'participants', source, subject: instance('a==') })
    await writer.page(pageOf({ rows, total: 3 }))
    await writer.end({ status })
    await zone.close()
  }
}

test('a later, emptier reading does not become the best one', async () => {
  const { dataDir } = await setup()
  await read(dataDir, [
    ['partial', participants(1, 2)],
    ['complete', participants(1, 3)],
    ['partial', participants(1, 1)],
    ['empty', []],
    ['failed', []],
  ])
  const ledger = await readLedger(dataDir, 'acc')
  expect(ledger.get('participants', 'instance:a==')).toMatchObject({
    webinarId: 91_234_567_890,
    instanceUuid: 'a==',
    best: {
      status: 'complete',
      rows: 3,
      expectedRows: 3,
      source: 'report',
      runId: '20260501T093100000Z-acc',
    },
    captures: [{ status: 'failed' }, { status: 'empty' }, { rows: 1 }, { rows: 3 }, { rows: 2 }],
    equalReadings: 1,
  })
  expect(ledger.all()).toHaveLength(1)
})

test('equal readings are counted from the latest back, whatever the order of rows, over failures between them', async () => {
  const { dataDir } = await setup()
  const rows = participants(1, 3)
  await read(dataDir, [
    ['complete', rows],
    ['partial', rows.slice(1)],
    ['complete', rows],
    ['failed', []],
    ['complete', [...rows].reverse()],
  ])
  const summary = (await readLedger(dataDir, 'acc')).get('participants', 'instance:a==')
  expect(summary?.equalReadings).toBe(2)
  expect(summary?.best.finishedAt).toBe(Date.UTC(2026, 4, 1, 9, 4))
})

test('readings of two sources confirm nothing, and one that failed is no reading', async () => {
  const { dataDir } = await setup()
  await read(dataDir, [
    ['complete', participants(1, 1)],
    ['complete', participants(1, 1), 'metrics'],
  ])
  await read(dataDir, [['failed', []]], 'other')
  expect((await readLedger(dataDir, 'acc')).all()).toMatchObject([
    { equalReadings: 1, best: { source: 'metrics' } },
  ])
  expect((await readLedger(dataDir, 'other')).all()).toMatchObject([
    { equalReadings: 0, best: { status: 'failed' } },
  ])
  expect((await readLedger(dataDir, "' or 1=1 --")).all()).toEqual([])
})

test('queries bind their values, hand out numbers, and refuse what would lose digits', async () => {
  const { dataDir } = await setup()
  await read(dataDir, [['complete', participants(1, 3)]])
  const sql =
    'select count(*) as n, max(fetched_at) as t, any_value(is_internal) as b from raw.participants where name = $1'
  expect(await queryRaw(dataDir, sql, ['Ana 2'])).toEqual([{ n: 1, t: Date.UTC(2026, 4, 2, 10), b: null }])
  await expect(queryRaw(dataDir, 'select 9007199254740993 as big')).rejects.toThrow(/big is beyond 2\^53/)
  await expect(queryRaw(dataDir, 'select nothing from raw.users')).rejects.toThrow(/Cannot query.*nothing/)
})

import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { realDisk } from '../../../extract/raw/disk.ts'
import { RawZoneError } from '../../../extract/raw/error.ts'
import { queryRaw } from '../../../extract/raw/query.ts'
import { streams } from '../../../extract/streams.ts'
import { fetchedAt, instance, pageOf, participants, runId } from './zonePages.ts'
import { setup } from './zoneSetup.ts'

const ofParticipants = { stream: 'participants', source: 'report' } as const

test('rows are visible once their capture is committed, with where they came from', async () => {
  const { open, rows, dataDir } = await setup()
  const zone = await open()
  const writer = zone.begin({ ...ofParticipants, subject: instance('a==') })
  await writer.page(pageOf({ rows: participants(1, 2), next: 't', total: 3 }))
  await zone.flush()
  expect(await rows('participants')).toEqual([])
  await writer.page(
    pageOf({ rows: participants(3, 1), rejects: [{ rowNumber: 2, reason: 'no name', raw: '{}' }] }),
  )
  await writer.end({ status: 'partial', reason: 'one row refused', errorCode: 3001 })
  expect(await rows('captures')).toEqual([])
  await zone.close()

  const provenance = {
    account_id: 'acc',
    subject: 'instance:a==',
    webinar_id: 91_234_567_890,
    instance_uuid: 'a==',
    source_endpoint: 'report',
    run_id: runId,
    capture_id: `${runId}-000001`,
    fetched_at: fetchedAt,
  }
  expect(await rows('participants')).toMatchObject([
    { ...provenance, name: 'Ana 1', page_number: 1, row_number: 1, device: null },
    { ...provenance, name: 'Ana 2', page_number: 1, row_number: 2 },
    { ...provenance, name: 'Ana 3', page_number: 2, row_number: 1, raw: participants(3, 1)[0]?.raw },
  ])
  expect(await rows('captures')).toMatchObject([
    {
      ...{ status: 'partial', reason: 'one row refused', error_code: 3001, stream: 'participants' },
      ...{ expected_rows: 3, captured_rows: 3, rejected_rows: 1, pages: 2, instance_uuid: 'a==' },
      ...{ instance_start: Date.UTC(2026, 3, 30, 23, 30), finished_at: fetchedAt + 1000 },
    },
  ])
  expect(await rows('pages')).toMatchObject([
    { page_number: 1, row_count: 2, total_records: 3, has_next: true, page_size: 300 },
    { page_number: 2, row_count: 1, total_records: null, has_next: false, rejected_count: 1 },
  ])
  expect(await rows('rejects')).toMatchObject([
    { page_number: 2, row_number: 2, reason: 'no name', raw: '{}' },
  ])
  expect(globSync('**/*.*', { cwd: dataDir }).sort()).toEqual([
    `raw/captures/month=2026-05/${runId}-0001.parquet`,
    `raw/manifests/${runId}-0001.json`,
    `raw/pages/month=2026-05/${runId}-0001.parquet`,
    `raw/participants/month=2026-04/${runId}-0001.parquet`,
    `raw/rejects/month=2026-05/${runId}-0001.parquet`,
  ])
})

test('a stream without files is an empty view with all its columns, and so is every stream of an empty zone', async () => {
  const { dataDir } = await setup()
  for (const stream of streams) expect(await queryRaw(dataDir, `select * from raw.${stream}`)).toEqual([])
  expect(
    await queryRaw(dataDir, 'select typeof(any_value(fetched_at)) as t, count(*) as n from raw.polls'),
  ).toEqual([{ t: 'TIMESTAMP WITH TIME ZONE', n: 0 }])
})

test('a capture without rows leaves its verdict and its page', async () => {
  const { open, rows } = await setup()
  const zone = await open()
  const writer = zone.begin({ ...ofParticipants, subject: instance('a==') })
  await writer.page(pageOf({ rows: [], total: 0 }))
  await writer.end({ status: 'empty' })
  await zone
    .begin({ ...ofParticipants, subject: instance('b==') })
    .end({ status: 'denied', reason: 'no scope' })
  await zone.close()
  expect(await rows('captures')).toMatchObject([
    { status: 'empty', captured_rows: 0, expected_rows: 0, pages: 1, rows_checksum: '0'.repeat(32) },
    { status: 'denied', captured_rows: 0, expected_rows: null, pages: 0, reason: 'no scope' },
  ])
  expect(await rows('participants')).toEqual([])
})

test.each([
  ['beyond the promise', 5, 2],
  ['within the promise, where they may be Zoom’s own', 7, 0],
  ['partly beyond it', 6, 1],
  ['without a promise', undefined, 2],
])('rows that come again at a page border are counted: %s', async (_where, total, repeated) => {
  const { open, rows } = await setup()
  const zone = await open()
  const writer = zone.begin({ ...ofParticipants, subject: instance('a==') })
  await writer.page(pageOf({ rows: participants(0, 4), next: 't', total }))
  await writer.page(pageOf({ rows: participants(2, 3), total }))
  await writer.end({ status: 'complete' })
  await zone.close()
  expect(await rows('captures')).toMatchObject([{ captured_rows: 7, repeated_rows: repeated }])
})

test('progress tells what a verdict needs', async () => {
  const { open } = await setup()
  const zone = await open()
  const writer = zone.begin({ ...ofParticipants, subject: instance('a==') })
  expect(writer.progress()).toMatchObject({ pages: 0, rows: 0, expected: null, hasDurations: false })
  await writer.page(pageOf({ rows: participants(0, 1), total: 9 }))
  expect(writer.progress()).toMatchObject({ rows: 1, expected: 9, hasDurations: false })
  await writer.page(pageOf({ rows: [...participants(0, 1), ...participants(5, 2)], total: 4 }))
  expect(writer.progress()).toMatchObject({
    pages: 2,
    rows: 4,
    distinctRows: 3,
    expected: 9,
    hasDurations: true,
  })
  await writer.end({ status: 'partial' })
  expect(writer.progress()).toMatchObject({ rows: 4, distinctRows: 3 })
  await zone.close()
})

test('a restarted listing forgets its pages, also over a reopening', async () => {
  const { open, rows } = await setup()
  const first = await open()
  const writer = first.begin({ ...ofParticipants, subject: instance('a==') })
  await writer.page(pageOf({ rows: participants(1, 5), next: 't', total: 50 }))
  await writer.restart()
  expect(writer.progress()).toMatchObject({ pages: 0, rows: 0, expected: null, checksum: '0'.repeat(32) })
  await writer.page(pageOf({ rows: participants(10, 2), next: 'u' }))

  const second = await open()
  expect(second.unfinished).toMatchObject([{ pagesDone: 1, nextPageToken: 'u', lastFetchedAt: fetchedAt }])
  const again = second.begin({ ...ofParticipants, subject: instance('a=='), resume: writer.captureId })
  await again.page(pageOf({ rows: participants(12, 1) }))
  await again.end({ status: 'complete' })
  await second.close()
  expect((await rows('participants')).map((row) => row.name)).toEqual(['Ana 10', 'Ana 11', 'Ana 12'])
  expect((await rows('participants')).map((row) => row.page_number)).toEqual([1, 1, 2])
})

test('an unfinished capture can be dropped, stays dropped, and its id is not given again', async () => {
  const { open, rows, dataDir } = await setup()
  const first = await open()
  const lost = first.begin({ ...ofParticipants, subject: instance('a==') })
  await lost.page(pageOf({ rows: participants(1, 1), next: 't' }))
  await (await open()).drop(lost.captureId)
  const third = await open()
  expect(third.unfinished).toEqual([])
  const writer = third.begin({ ...ofParticipants, subject: instance('a==') })
  expect(writer.captureId).toBe(`${runId}-000002`)
  await writer.end({ status: 'failed', reason: 'x' })
  await third.close()
  expect((await rows('captures')).map((row) => row.capture_id)).toEqual([`${runId}-000002`])
  expect(existsSync(join(dataDir, 'journal', runId))).toBe(false)
  expect((await open()).begin({ ...ofParticipants, subject: instance('b==') }).captureId).toBe(
    `${runId}-000003`,
  )
})

test('a capture cannot be resumed as something else, nor written after its end', async () => {
  const { open } = await setup()
  const first = await open()
  const { captureId } = first.begin({ ...ofParticipants, subject: instance('a==') })
  await first.close()
  const zone = await open()
  expect(() => zone.begin({ ...ofParticipants, subject: instance('b=='), resume: captureId })).toThrow(
    /instance:a==/,
  )
  expect(() => zone.begin({ ...ofParticipants, subject: instance('a=='), resume: 'x' })).toThrow(
    /no unfinished/,
  )
  const writer = zone.begin({ ...ofParticipants, subject: instance('a=='), resume: captureId })
  await writer.end({ status: 'failed' })
  await expect(writer.page(pageOf({ rows: [] }))).rejects.toThrow(/is ended and cannot take a page/)
  await zone.close()
})

test('pages beyond the memory that was granted are read back from the journal, with the same files as a result', async () => {
  const files = async (heldBytesMax: number) => {
    const { open, dataDir } = await setup()
    const zone = await open({ heldBytesMax, journalFileBytes: 2000 })
    for (const name of ['a==', 'b==']) {
      const writer = zone.begin({ ...ofParticipants, subject: instance(name) })
      for (let page = 0; page < 10; page++) {
        const rejects = [{ rowNumber: 7, reason: 'odd', raw: `${page}` }]
        await writer.page(pageOf({ rows: participants(page * 10, 10), rejects, next: 'more' }))
      }
      await writer.end({ status: 'complete' })
    }
    expect(readdirCount(join(dataDir, 'journal', runId))).toBeGreaterThan(5)
    await zone.close()
    expect(existsSync(join(dataDir, 'journal', runId))).toBe(false)
    const names = globSync('raw/**/*.parquet', { cwd: dataDir }).sort()
    return names.map((name) => [name, readFileSync(join(dataDir, name)).toString('base64')])
  }
  expect(await files(0)).toEqual(await files(1e9))
})

function readdirCount(folder: string): number {
  return globSync('*', { cwd: folder }).length
}

test('ended rows are committed also when they fill most of the memory that was granted', async () => {
  const segmentsAfter = async (heldBytesMax: number) => {
    const { open } = await setup()
    const zone = await open({ heldBytesMax })
    for (let at = 0; at < 10; at++) {
      const writer = zone.begin({ ...ofParticipants, subject: instance(`${at}==`) })
      await writer.page(pageOf({ rows: participants(0, 60) }))
      await writer.end({ status: 'complete' })
    }
    const { segments } = zone.stats()
    await zone.close()
    return segments
  }
  expect(await segmentsAfter(1e9)).toBe(0)
  expect(await segmentsAfter(80_000)).toBeGreaterThan(0)
})

test('enough ended rows are committed without being asked to, and their journal goes', async () => {
  const { open, rows, dataDir } = await setup()
  const zone = await open({ segmentRows: 10, journalFileBytes: 1 })
  for (const name of ['a==', 'b==']) {
    const writer = zone.begin({ ...ofParticipants, subject: instance(name) })
    await writer.page(pageOf({ rows: participants(0, 5) }))
    await writer.end({ status: 'complete' })
  }
  expect(await rows('participants')).toHaveLength(10)
  // The file being written stays until the zone is closed.
  expect(readdirCount(join(dataDir, 'journal', runId))).toBe(1)
  expect(zone.stats()).toMatchObject({ rows: 10, pages: 2, captures: 2, segments: 3 })
  await zone.close()
})

test('many captures at once share their syncs', async () => {
  const { open, rows } = await setup()
  let syncs = 0
  const zone = await open(
    {},
    {
      ...realDisk,
      create: async (path) => {
        const file = await realDisk.create(path)
        const sync = async () => {
          if (path.endsWith('.ndjson')) syncs++
          await file.sync()
        }
        return { ...file, sync }
      },
    },
  )
  await Promise.all(
    Array.from({ length: 50 }, async (_, at) => {
      const writer = zone.begin({ ...ofParticipants, subject: instance(`${at}==`) })
      await writer.page(pageOf({ rows: participants(at, 1) }))
      await writer.end({ status: 'complete' })
    }),
  )
  expect(syncs).toBeLessThan(10)
  await zone.close()
  expect(await rows('participants')).toHaveLength(50)
})

test('the month is that of the instance, else of the fetch, and an absurd start is no month', async () => {
  const { open, dataDir } = await setup()
  const zone = await open()
  for (const [at, start] of [
    '2025-12-31T23:59:59Z',
    '+012345-01-01T00:00:00Z',
    'yesterday',
    undefined,
  ].entries()) {
    const writer = zone.begin({ ...ofParticipants, subject: { key: `k${at}`, instanceStart: start } })
    await writer.page(pageOf({ rows: participants(at, 1) }))
    await writer.end({ status: 'complete' })
  }
  await zone.close()
  expect(globSync('*', { cwd: join(dataDir, 'raw/participants') }).sort()).toEqual([
    'month=2025-12',
    'month=2026-05',
  ])
})

test.each(["it's [data] *?", 'Données 数据 "x"', 'a{b}\\c%20$d'])(
  'a data folder may be called %s',
  async (name) => {
    const { open, rows } = await setup(name)
    const zone = await open()
    const writer = zone.begin({ ...ofParticipants, subject: instance('a==') })
    await writer.page(pageOf({ rows: participants(1, 1) }))
    await writer.end({ status: 'complete' })
    await zone.close()
    expect(await rows('participants')).toHaveLength(1)
  },
)

test('a file where a folder should be is an error that says so', async () => {
  const { open, dataDir } = await setup()
  await mkdir(dirname(dataDir), { recursive: true })
  await writeFile(dataDir, '')
  const error = await open().catch((reason) => reason)
  expect(error).toBeInstanceOf(RawZoneError)
  expect(error.message).toMatch(
    /^Cannot create folder .*journal.*: ENOTDIR\. A file stands where a folder is needed/,
  )
})

test('a full disk breaks the step it met, keeps what was durable, and leaves no half file', async () => {
  const { open, rows, dataDir } = await setup()
  let isFull = false
  const full = Object.assign(new Error('write'), { code: 'ENOSPC' })
  const zone = await open(
    {},
    {
      ...realDisk,
      create: async (path) => {
        const file = await realDisk.create(path)
        const write = async (bytes: Uint8Array) => {
          if (!isFull) return file.write(bytes)
          await file.write(bytes.subarray(0, bytes.length / 2))
          throw new RawZoneError({
            action: 'write',
            path,
            reason: 'ENOSPC',
            remedy: 'Free space.',
            cause: full,
          })
        }
        return { ...file, write }
      },
    },
  )
  const writer = zone.begin({ ...ofParticipants, subject: instance('a==') })
  await writer.page(pageOf({ rows: participants(1, 1) }))
  await writer.end({ status: 'complete' })
  const open2 = zone.begin({ ...ofParticipants, subject: instance('b==') })
  await open2.page(pageOf({ rows: participants(2, 1), next: 't' }))
  isFull = true
  await expect(open2.page(pageOf({ rows: participants(3, 1) }))).rejects.toThrow(/Cannot write .*ENOSPC/)
  await expect(open2.end({ status: 'complete' })).rejects.toThrow(/ENOSPC/)
  await expect(zone.flush()).rejects.toThrow(/Cannot write .*participants.*ENOSPC/)
  isFull = false
  await expect(zone.flush()).rejects.toThrow(/ENOSPC/)
  expect(globSync('raw/**/*.*', { cwd: dataDir })).toEqual([])

  const again = await open()
  expect(again.unfinished).toMatchObject([{ captureId: open2.captureId, pagesDone: 1, nextPageToken: 't' }])
  await again.close()
  expect((await rows('participants')).map((row) => row.name)).toEqual(['Ana 1'])
  expect(globSync('*', { cwd: join(dataDir, 'journal') })).toEqual([runId])
})

test('a run id that could leave its folder is refused', async () => {
  const { open } = await setup()
  for (const bad of ['../x', '20260501T093000000Z-a/b', 'run']) {
    await expect(open({ runId: bad })).rejects.toThrow(/is no run id/)
  }
})

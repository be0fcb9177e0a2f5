import { globSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { gatherSegments, isGathered } from '../../../extract/raw/gathered.ts'
import { inspectRaw } from '../../../extract/raw/inspect.ts'
import { lostFile } from '../../../extract/raw/lost.ts'
import { writeJson } from '../../../extract/raw/manifest.ts'
import { queryRaw } from '../../../extract/raw/query.ts'
import { instance, pageOf, participants } from './zonePages.ts'
import { setup, unsyncedDisk } from './zoneSetup.ts'

/** A zone with so many flushes of one capture each. */
async function withFlushes(flushes: number) {
  const zone = await setup()
  const runs = Array.from({ length: flushes }, (_, at) => `2026050${at + 1}T093000000Z-acc`)
  const add = async (runId: string) => {
    const open = await zone.open({ runId })
    const writer = open.begin({ stream: 'participants', source: 'report', subject: instance(`${runId}==`) })
    await writer.page(pageOf({ rows: participants(1, 20) }))
    await writer.end({ status: 'complete' })
    await open.close()
  }
  for (const runId of runs) await add(runId)
  const file = (stream: string, at = 0) =>
    join(
      zone.dataDir,
      'raw',
      globSync(`${stream}/*/*.parquet`, { cwd: join(zone.dataDir, 'raw') }).sort()[at] as string,
    )
  return { ...zone, add, file }
}

/** Changes a byte and sets the times back, as a thorough vandal would. */
function flip(file: string): void {
  const { atime, mtime } = statSync(file)
  const bytes = readFileSync(file)
  bytes[200] = (bytes[200] as number) ^ 0x10
  writeFileSync(file, bytes)
  utimesSync(file, atime, mtime)
}

test('a file that was found whole is read again as soon as it is touched, whatever its times are set to', async () => {
  const { dataDir, file } = await withFlushes(2)
  expect(await inspectRaw(dataDir)).toEqual([])
  expect(await inspectRaw(dataDir)).toEqual([])
  const path = file('participants', 1)
  flip(path)
  expect(await inspectRaw(dataDir)).toMatchObject([
    { path, reason: 'its bytes are not those that were written' },
  ])
  expect(await inspectRaw(dataDir), 'it is told once').toEqual([])
})

test('what there is no time to read is read in a later inspection', async () => {
  const { dataDir, file } = await withFlushes(2)
  const path = file('participants', 1)
  flip(path)
  const manifests = join(dataDir, 'raw', 'manifests')
  const bytesOf = (name: string) =>
    JSON.parse(readFileSync(join(manifests, name), 'utf8')).files.reduce(
      (sum: number, one: { bytes: number }) => sum + one.bytes,
      0,
    )
  const readBytesMax = Math.max(...globSync('*.json', { cwd: manifests }).map(bytesOf))
  expect(await inspectRaw(dataDir, { readBytesMax: 0 })).toEqual([])
  expect(await inspectRaw(dataDir, { readBytesMax }), 'the first flush is read').toEqual([])
  expect(await inspectRaw(dataDir, { readBytesMax }), 'then the second').toMatchObject([{ path }])
})

test('an inspection does without what earlier ones noted, and with what is no note', async () => {
  const { dataDir, file } = await withFlushes(1)
  await inspectRaw(dataDir)
  writeFileSync(join(dataDir, 'index', 'checked.json'), '{"x":')
  const path = file('participants')
  flip(path)
  expect(await inspectRaw(dataDir)).toMatchObject([{ path }])
  await rm(join(dataDir, 'index'), { recursive: true })
  expect(await inspectRaw(dataDir)).toEqual([])
})

test('a note that is not of the shape of one is written anew', async () => {
  const { dataDir } = await withFlushes(1)
  await inspectRaw(dataDir)
  const path = join(dataDir, 'index', 'checked.json')
  const note = readFileSync(path, 'utf8')
  const flush = note.slice(0, note.indexOf(':'))
  for (const other of ['null', '7', '[]', `${flush}: null}`, `${flush}: {"manifest": "1"}}`]) {
    writeFileSync(path, other)
    expect(await inspectRaw(dataDir)).toEqual([])
    expect(readFileSync(path, 'utf8'), other).toBe(note)
  }
  writeFileSync(path, note.replace(/: ?"[^"]*"}/, ': 7}'))
  expect(readFileSync(path, 'utf8')).not.toBe(note)
  expect(await inspectRaw(dataDir)).toEqual([])
  expect(readFileSync(path, 'utf8'), 'a stamp that is no text').toBe(note)
})

const captures = 'select * from raw.captures order by capture_id'

test('what is gathered has the rows of the segments, and newer segments are read beside it', async () => {
  const { dataDir, add } = await withFlushes(3)
  const before = await queryRaw(dataDir, captures)
  await gatherSegments(dataDir, unsyncedDisk, 1)
  expect(isGathered(dataDir, 'captures')).toBe(true)
  expect(statSync(join(dataDir, 'index', 'captures.parquet')).mode & 0o777).toBe(0o600)
  expect(await queryRaw(dataDir, captures)).toEqual(before)
  await add('20260509T093000000Z-acc')
  const after = await queryRaw(dataDir, captures)
  expect(after).toHaveLength(4)
  expect(isGathered(dataDir, 'captures')).toBe(true)
  await gatherSegments(dataDir, unsyncedDisk, 1)
  expect(await queryRaw(dataDir, captures)).toEqual(after)
})

test('what is gathered does not count when a segment is gone or touched, or it cannot be read', async () => {
  const { dataDir, file } = await withFlushes(3)
  const before = await queryRaw(dataDir, captures)
  await gatherSegments(dataDir, unsyncedDisk, 1)

  const gathered = join(dataDir, 'index', 'captures.parquet')
  const list = join(dataDir, 'index', 'captures.json')
  writeFileSync(gathered, 'no parquet')
  expect(isGathered(dataDir, 'captures'), 'another file in its place').toBe(false)
  const { mtimeMs, ctimeMs, size } = statSync(gathered)
  const known = JSON.parse(readFileSync(list, 'utf8'))
  writeFileSync(list, JSON.stringify({ ...known, stamp: `${size} ${mtimeMs} ${ctimeMs}` }))
  expect(isGathered(dataDir, 'captures')).toBe(true)
  expect(await queryRaw(dataDir, captures), 'it cannot be read').toEqual(before)

  await gatherSegments(dataDir, unsyncedDisk, 1)
  const first = file('captures')
  utimesSync(first, 1, 1)
  expect(isGathered(dataDir, 'captures'), 'touched').toBe(false)
  await gatherSegments(dataDir, unsyncedDisk, 1)
  expect(isGathered(dataDir, 'captures')).toBe(true)
  await rm(first)
  expect(await queryRaw(dataDir, captures), 'gone').toEqual(before.slice(1))
})

const webinars = 'select topic from raw.webinars order by topic'

/** A zone with three readings of webinars' details, each a flush of its own. */
async function withWebinars(topicOf = (at: number) => `Topic ${at}`) {
  const zone = await setup()
  for (const at of [1, 2, 3]) {
    const open = await zone.open({ runId: `2026050${at}T093000000Z-acc` })
    const subject = { key: 'webinar:1', webinarId: 1 }
    const writer = open.begin({ stream: 'webinars', source: 'webinars', subject })
    await writer.page(pageOf({ rows: [{ row: { topic: topicOf(at) }, raw: '{}' }] }))
    await writer.end({ status: 'complete' })
    await open.close()
  }
  return zone
}

test('what is not committed is not gathered, and comes as soon as it is', async () => {
  const { dataDir } = await withWebinars()
  const record = join(dataDir, 'raw/captures/month=2026-05/20260503T093000000Z-acc-0001.parquet')
  renameSync(record, `${record}.away`)
  await gatherSegments(dataDir, unsyncedDisk, 1)
  expect([isGathered(dataDir, 'captures'), isGathered(dataDir, 'webinars')]).toEqual([true, false])
  expect(globSync('index/*.tmp', { cwd: dataDir })).toEqual([])
  expect(await queryRaw(dataDir, webinars)).toEqual([{ topic: 'Topic 1' }, { topic: 'Topic 2' }])

  renameSync(`${record}.away`, record)
  await gatherSegments(dataDir, unsyncedDisk, 1)
  expect(isGathered(dataDir, 'webinars')).toBe(true)
  expect(await queryRaw(dataDir, webinars)).toHaveLength(3)
})

test('rows of a lost capture are not shown, and do not stand for equal ones of another', async () => {
  const { dataDir } = await withWebinars((at) => `Topic ${Math.min(at, 2)}`)
  await gatherSegments(dataDir, unsyncedDisk, 1)
  const topics = [{ topic: 'Topic 1' }, { topic: 'Topic 2' }]
  expect(await queryRaw(dataDir, webinars), 'of equal rows the latest').toEqual(topics)

  const note = { path: 'pages/a', reason: 'gone', captures: ['20260503T093000000Z-acc-000001'] }
  await writeJson(lostFile(dataDir, note.path), { ...note, replaced_by: null }, unsyncedDisk)
  expect(isGathered(dataDir, 'webinars')).toBe(false)
  expect(await queryRaw(dataDir, webinars)).toEqual(topics)
  await gatherSegments(dataDir, unsyncedDisk, 1)
  expect(isGathered(dataDir, 'webinars')).toBe(true)
  expect(await queryRaw(dataDir, webinars)).toEqual(topics)
  await rm(lostFile(dataDir, note.path))
  expect(await queryRaw(dataDir, webinars)).toHaveLength(3)
})

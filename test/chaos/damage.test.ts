import { globSync } from 'node:fs'
import { copyFile, mkdir, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { inspectRaw } from '../../extract/raw/inspect.ts'
import { readLost } from '../../extract/raw/lost.ts'
import { queryRaw } from '../../extract/raw/query.ts'
import { truthOf } from '../../simulator/truth.ts'
import { transform } from '../../transform/transform.ts'
import { query } from '../postgres/testDatabase.ts'
import { compareWithTruth } from '../truth/compare.ts'
import { tinyAccount, undertake } from './pipeline.ts'
import { isFull } from './scope.ts'

const account = tinyAccount()

/** The largest file of a stream. */
async function fileOf(dataDir: string, stream: string): Promise<string> {
  const files = globSync(`raw/${stream}/*/*.parquet`, { cwd: dataDir }).map((name) =>
    path.join(dataDir, name),
  )
  const sizes = await Promise.all(files.map(async (file) => ({ file, size: (await readFile(file)).length })))
  const [largest] = sizes.sort((a, b) => b.size - a.size || (a.file < b.file ? -1 : 1))
  if (largest === undefined) throw new Error(`no file of ${stream}`)
  return largest.file
}

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file)
  await using handle = await open(file, 'r+')
  await handle.write(Buffer.from([(bytes.at(at) as number) ^ 0x10]), 0, 1, at < 0 ? bytes.length + at : at)
}

interface Snapshot {
  people: string[]
  audit: unknown[]
}

const audited = `select stream, subject, source_endpoint, expected, captured, status, reason from zoom_capture_audit
  order by stream, subject, source_endpoint`

async function snapshot(url: string): Promise<Snapshot> {
  const people = await query<{ id: string }>(url, 'select id from zoom_people order by id')
  return { people: people.map((row) => row.id), audit: await query(url, audited) }
}

/**
 * Everything that happened is there, figure by figure, from the same readings. A person's id comes from the run in which
 * the first key arrived, so that of somebody whose first arrival was lost may change; the old one then leads there.
 */
async function expectWhole(url: string, before: Snapshot): Promise<void> {
  expect(await compareWithTruth(url, truthOf(account))).toEqual([])
  expect(await query(url, audited)).toEqual(before.audit)
  const known = await query<{ id: string }>(
    url,
    'select id from zoom_people union select alias_id from zoom_person_aliases',
  )
  const ids = new Set(known.map((row) => row.id))
  expect(before.people.filter((id) => !ids.has(id))).toEqual([])
}

test('a file of the raw zone that is truncated, flipped, gone or foreign is named, set aside, and read again', {
  timeout: 120_000,
}, async () => {
  const world = await undertake(account, {})
  const { dataDir } = world
  try {
    await world.extract()
    await world.publish()
    const people = await snapshot(world.databaseUrl)
    const wholeRows = await queryRaw(dataDir, 'select count(*) as n from raw.participants')

    const participants = await fileOf(dataDir, 'participants')
    const registrants = await fileOf(dataDir, 'registrants')
    const instances = await fileOf(dataDir, 'instances')
    const polls = await fileOf(dataDir, 'polls')
    await copyFile(participants, path.join(dataDir, 'backup'))
    const foreign = path.join(path.dirname(participants), 'holiday.parquet')
    await truncate(participants, 1000)
    await flip(registrants, 200)
    await flip(instances, -20)
    await rm(polls)
    await writeFile(foreign, 'no parquet at all')

    // Alone, the models refuse to be built from less than there was.
    const refusal = await transform({ dataDir, threads: 1 }).catch((error: unknown) => String(error))
    for (const [file, reason] of [
      [participants, 'it is cut off: 1000 of'],
      [registrants, 'its bytes are not those that were written'],
      [instances, 'its bytes are not those that were written'],
      [polls, 'it is gone'],
      [foreign, 'it is not of rollcall'],
    ] as const) {
      expect(refusal).toContain(`${file}: ${reason}`)
    }
    expect(refusal).toContain('Run `rollcall sync` to read again what is missing')
    const aside = (await readdir(path.join(dataDir, 'set-aside'), { recursive: true })).filter((name) =>
      name.endsWith('.parquet'),
    )
    expect(aside.map((name) => path.basename(name)).sort()).toEqual(
      [participants, registrants, instances, foreign].map((file) => path.basename(file)).sort(),
    )
    expect(await inspectRaw(dataDir), 'it is found once').toEqual([])

    // An incremental sync, which would not look back as far as the lost lists, reads it all again.
    const before = world.simulator.requests().length
    world.pass(7 * 3_600_000)
    const [summary] = await world.extract({ mode: 'incremental' })
    expect(summary?.stopped).toBeNull()
    const asked = world.simulator
      .requests()
      .slice(before)
      .filter((request) => /participants$/.test(request.path))
    expect(asked.length).toBeGreaterThan(0)
    await world.publish('again')
    await expectWhole(world.databaseUrl, people)
    expect(await queryRaw(dataDir, 'select count(*) as n from raw.participants')).toEqual(wholeRows)
    expect(readLost(dataDir).map((lost) => lost.replaced_by !== null)).toEqual([true, true, true, true])

    // A file that comes back from a backup counts again, a wrong one in its place does not.
    await mkdir(path.dirname(participants), { recursive: true })
    await writeFile(participants, 'not it')
    expect(await inspectRaw(dataDir)).toMatchObject([{ path: participants }])
    await copyFile(path.join(dataDir, 'backup'), participants)
    expect(await inspectRaw(dataDir)).toEqual([])
    expect(readLost(dataDir).map((lost) => lost.path.split('/')[0])).not.toContain('participants')
    await world.publish('restored')
    await expectWhole(world.databaseUrl, people)
  } finally {
    await world.end()
  }
})

test.runIf(isFull)(
  'a commit record that is damaged takes its flush with it, and all of it is read again',
  {
    timeout: 120_000,
  },
  async () => {
    const world = await undertake(account, {})
    try {
      await world.extract()
      await world.publish()
      const people = await snapshot(world.databaseUrl)
      await flip(await fileOf(world.dataDir, 'captures'), -6)
      await world.extract({ mode: 'incremental' })
      await world.publish('again')
      await expectWhole(world.databaseUrl, people)
      expect(globSync('set-aside/captures/*/*', { cwd: world.dataDir })).toHaveLength(1)
    } finally {
      await world.end()
    }
  },
)

test.runIf(isFull)(
  'a large zone is only read whole when something cannot be read, and then the file is named',
  {
    timeout: 120_000,
  },
  async () => {
    const world = await undertake(account, {})
    try {
      await world.extract()
      const file = await fileOf(world.dataDir, 'participants')
      await flip(file, 300)
      expect(await inspectRaw(world.dataDir, { readBytesMax: 0 })).toEqual([])
      const faults = await inspectRaw(world.dataDir, { readBytesMax: 0, isThorough: true })
      expect(faults).toMatchObject([{ path: file, captures: expect.any(Number) }])
    } finally {
      await world.end()
    }
  },
)

import { globSync } from 'node:fs'
import { cp, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Disk } from '../../../extract/raw/disk.ts'
import { queryRaw } from '../../../extract/raw/query.ts'
import type { RawZone } from '../../../extract/raw/rawZone.ts'
import { readCommitted } from '../../../extract/raw/recovery.ts'
import type { Stream } from '../../../extract/streams.ts'
import { isFull } from '../../chaos/scope.ts'
import { type Body, instance, pageOf, participants, runId } from './zonePages.ts'
import { setup, unsyncedDisk } from './zoneSetup.ts'

const shown = ['captures', 'pages', 'rejects', 'participants', 'polls'] as const satisfies Stream[]

/** Of all moments only some, with every `npm test`. No factor of what else depends on the moment: all its cases are met. */
const stride = isFull ? 1 : 8

/** Offsets of bytes: all, or some and all those near the given ones. */
function offsets(length: number, near: readonly number[]): number[] {
  return Array.from({ length }, (_, at) => at).filter(
    (at) => isFull || at % 16 === 0 || at === length - 1 || near.some((one) => Math.abs(at - one) <= 2),
  )
}

/** Five captures in two streams and two months, with pages, a restart, a reject, nothing at all, and a flush between. */
const plan: { stream: 'participants' | 'polls'; name: string; start: string; pages: (Body | 'restart')[] }[] =
  [
    {
      stream: 'participants',
      name: 'a==',
      start: '2026-04-01T00:00:00Z',
      pages: [{ rows: participants(1, 3), next: 'x' }, { rows: participants(4, 2) }],
    },
    {
      stream: 'polls',
      name: 'a==',
      start: '2026-04-01T00:00:00Z',
      pages: [{ rows: [{ row: { name: 'Ana' }, raw: '1' }] }],
    },
    {
      stream: 'participants',
      name: 'b==',
      start: '2026-05-01T00:00:00Z',
      pages: [
        { rows: participants(90, 1), next: 'y' },
        'restart',
        { rows: participants(10, 2), next: 'z' },
        { rows: participants(12, 1), rejects: [{ rowNumber: 2, reason: 'odd', raw: '?' }] },
      ],
    },
    { stream: 'participants', name: 'c==', start: '2026-05-01T00:00:00Z', pages: [{ rows: [] }] },
    {
      stream: 'participants',
      name: 'd==',
      start: '2026-05-01T00:00:00Z',
      pages: [{ rows: participants(20, 2) }],
    },
  ]

/** What a sync does: finish what was begun, skip what is committed, flush now and then. */
async function work(
  zone: RawZone,
  committed: ReadonlySet<string> = new Set(),
  begun: Map<string, string> = new Map(),
  acknowledged: string[] = [],
): Promise<void> {
  for (const [at, { stream, name, start, pages }] of plan.entries()) {
    if (committed.has(`${stream} ${name}`)) continue
    const subject = instance(name, start)
    const found = zone.unfinished.find((one) => one.stream === stream && one.subject.key === subject.key)
    const writer = zone.begin({ stream, source: 'report', subject, resume: found?.captureId })
    begun.set(writer.captureId, `${stream} ${name}`)
    // Where it stopped is told by what it holds: after the restart the pages are those that follow it.
    const restartAt = pages.indexOf('restart')
    const isRestarted = found !== undefined && found.nextPageToken !== 'y' && found.pagesDone > 0
    let step = found?.pagesDone ?? 0
    if (restartAt >= 0 && isRestarted) step += restartAt + 1
    for (const page of pages.slice(step)) {
      if (page === 'restart') await writer.restart()
      else {
        await writer.page(pageOf(page))
        acknowledged.push(`${stream} ${name} ${writer.progress().pages}`)
      }
    }
    await writer.end({ status: 'complete' })
    if (at === 2) await zone.flush()
  }
  await zone.close()
}

/** All visible rows as text: one query, for each takes longer than writing what it reads. */
async function visible(dataDir: string): Promise<unknown[]> {
  const each = shown.map(
    (stream) => `select '${stream}' as stream, t::varchar as row_text from raw.${stream} as t`,
  )
  return queryRaw(dataDir, `${each.join(' union all ')} order by all`)
}

/** Lets the first `steps` changes of the disk happen and then dies for good, half-way through the next if that is a write. */
function dyingDisk(steps: number): { disk: Disk; changes(): number } {
  let changes = 0
  const step = () => {
    if (++changes > steps) throw new Error('the machine is off')
  }
  const change =
    <Args extends unknown[], Result>(act: (...args: Args) => Promise<Result>) =>
    async (...args: Args) => {
      step()
      return act(...args)
    }
  const disk: Disk = {
    ...unsyncedDisk,
    createFolder: change(unsyncedDisk.createFolder),
    truncate: change(unsyncedDisk.truncate),
    rename: change(unsyncedDisk.rename),
    remove: change(unsyncedDisk.remove),
    syncFolder: change(unsyncedDisk.syncFolder),
    create: async (path) => {
      step()
      const file = await unsyncedDisk.create(path)
      return {
        close: file.close,
        sync: change(file.sync),
        write: async (bytes) => {
          if (changes === steps) await file.write(bytes.subarray(0, bytes.length >> 1))
          step()
          await file.write(bytes)
        },
      }
    },
  }
  return { disk, changes: () => changes }
}

test('after a crash at any change of the disk, the next opening ends with exactly the rows of an undisturbed run', async () => {
  const undisturbed = await setup()
  const counting = dyingDisk(Number.POSITIVE_INFINITY)
  await work(await undisturbed.open({ journalFileBytes: 700 }, counting.disk))
  const expected = await visible(undisturbed.dataDir)
  expect(counting.changes()).toBeGreaterThan(50)

  for (let steps = 0; steps < counting.changes(); steps += stride) {
    const { open, dataDir } = await setup()
    const begun = new Map<string, string>()
    const acknowledged: string[] = []
    await open({ journalFileBytes: 700 }, dyingDisk(steps).disk)
      .then((zone) => work(zone, new Set(), begun, acknowledged))
      .catch((error) => expect(String(error)).toContain('the machine is off'))
    // Now and then the second process dies as well, while it recovers.
    if (steps % 3 === 0) {
      await open({}, dyingDisk(steps % 7).disk)
        .then((zone) => zone.flush())
        .catch((error) => expect(String(error)).toContain('the machine is off'))
    }

    const zone = await open()
    await zone.flush()
    const { captureIds } = await readCommitted(dataDir, runId, unsyncedDisk)
    const committed = new Set([...captureIds].map((id) => begun.get(id) ?? id))
    for (const page of acknowledged) {
      const [stream, name, number] = page.split(' ')
      const found = zone.unfinished.find((one) => one.stream === stream && one.subject.instanceUuid === name)
      const isThere = committed.has(`${stream} ${name}`) || found !== undefined
      expect(isThere, `${page} was durable, and is gone after a crash at change ${steps}`).toBe(true)
      if (name !== 'b==' && found) expect(found.pagesDone).toBeGreaterThanOrEqual(Number(number))
    }
    await work(zone, committed)
    expect(await visible(dataDir), `after a crash at change ${steps}`).toEqual(expected)
    expect(
      globSync('{journal/*,raw/**/*.tmp}', { cwd: dataDir }),
      `after a crash at change ${steps}`,
    ).toEqual([])
  }
}, 600_000)

test('segments of a flush that was not committed are set aside, never deleted', async () => {
  const { open, rows, dataDir } = await setup()
  for (let crash = 0; crash < 2; crash++) {
    const noCommit: Disk = {
      ...unsyncedDisk,
      rename: async (from, to) => {
        if (to.includes('captures')) throw new Error('the machine is off')
        await unsyncedDisk.rename(from, to)
      },
      remove: async () => {
        throw new Error('the machine is off')
      },
    }
    const zone = await open({}, noCommit).catch(() => open())
    if (crash === 0) {
      const writer = zone.begin({ stream: 'participants', source: 'report', subject: instance('a==') })
      await writer.page(pageOf({ rows: participants(1, 2) }))
      await writer.end({ status: 'complete' })
      await expect(zone.flush()).rejects.toThrow('the machine is off')
      expect(await rows('participants')).toEqual([])
      await cp(join(dataDir, 'raw'), join(dataDir, 'copy'), { recursive: true })
    } else {
      await cp(join(dataDir, 'copy'), join(dataDir, 'raw'), { recursive: true })
    }
  }
  await (await open()).close()
  expect((await rows('participants')).map((row) => row.name)).toEqual(['Ana 1', 'Ana 2'])
  const name = `participants/month=2026-04/${runId}-0001.parquet`
  expect(globSync('participants/**/*parquet*', { cwd: join(dataDir, 'set-aside') }).sort()).toEqual([
    name,
    `${name}.1`,
  ])
})

test('a journal that ends at any byte gives back every page that is whole, and goes on', async () => {
  const { open, rows, dataDir } = await setup()
  const zone = await open()
  const writer = zone.begin({ stream: 'participants', source: 'report', subject: instance('é==') })
  await writer.page(pageOf({ rows: [{ row: { name: 'é' }, raw: '1' }], next: 't' }))
  await writer.page(pageOf({ rows: [{ row: {}, raw: '' }] }))
  await writer.end({ status: 'complete' })
  const folder = join(dataDir, 'journal', runId)
  const path = join(folder, (await readdir(folder))[0] as string)
  const whole = await readFile(path)
  const lineEnds = [...whole.keys()].filter((at) => whole[at] === 0x0a)
  expect(lineEnds).toHaveLength(4)

  for (const length of offsets(whole.length + 1, [0, ...lineEnds])) {
    await writeFile(path, whole)
    await truncate(path, length)
    const again = await open()
    const records = lineEnds.filter((end) => end < length).length
    const expected =
      records === 0 || records === 4 ? [] : [{ captureId: writer.captureId, pagesDone: records - 1 }]
    expect(again.unfinished, `at byte ${length}`).toMatchObject(expected)
    expect(again.unfinished).toHaveLength(expected.length)
    expect((await readFile(path)).length).toBe(records === 0 ? 0 : (lineEnds[records - 1] as number) + 1)
  }
  await (await open()).close()
  expect(await rows('participants')).toHaveLength(2)
}, 120_000)

test('a journal changed at any byte never gives back a page that was not written', async () => {
  const { open, dataDir } = await setup()
  const zone = await open()
  const writer = zone.begin({ stream: 'participants', source: 'report', subject: instance('a==') })
  await writer.page(pageOf({ rows: participants(1, 1), next: 't' }))
  const folder = join(dataDir, 'journal', runId)
  const path = join(folder, (await readdir(folder))[0] as string)
  const whole = await readFile(path)
  const firstEnd = whole.indexOf(0x0a)
  for (const at of offsets(whole.length, [0, firstEnd])) {
    const changed = Buffer.from(whole)
    changed[at] = (changed[at] as number) ^ 0x01
    await writeFile(path, changed)
    const { unfinished } = await open()
    expect(unfinished.length).toBe(at <= firstEnd ? 0 : 1)
    if (at > firstEnd) expect(unfinished[0]?.pagesDone).toBe(0)
  }
}, 120_000)

test('damage in a journal file that others follow is an error, not a loss', async () => {
  const { open, dataDir } = await setup()
  const zone = await open({ journalFileBytes: 1 })
  const writer = zone.begin({ stream: 'participants', source: 'report', subject: instance('a==') })
  await writer.page(pageOf({ rows: participants(1, 1), next: 't' }))
  await writer.page(pageOf({ rows: participants(2, 1), next: 'u' }))
  const folder = join(dataDir, 'journal', runId)
  const names = (await readdir(folder)).sort()
  expect(names.length).toBeGreaterThan(1)
  const path = join(folder, names[0] as string)
  const bytes = await readFile(path)
  bytes[30] = (bytes[30] as number) ^ 0x01
  await writeFile(path, bytes)
  await expect(open()).rejects.toThrow(/Cannot read the journal .*damaged.*Restore the file from a backup/)
})

import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { realDisk } from '../../../extract/raw/disk.ts'
import type { RawZone } from '../../../extract/raw/rawZone.ts'
import { instance, pageOf, participants, runId } from './zonePages.ts'
import { setup } from './zoneSetup.ts'

async function capture(zone: RawZone, name: string, rows: number): Promise<void> {
  const writer = zone.begin({ stream: 'participants', source: 'report', subject: instance(name) })
  await writer.page(pageOf({ rows: participants(1, rows) }))
  await writer.end({ status: 'complete' })
}

test('what is shown is seen before it is flushed, and everything goes into one flush', async () => {
  const { open, rows, dataDir } = await setup()
  const segments = () => globSync('**/*.parquet', { cwd: join(dataDir, 'raw') }).sort()
  const zone = await open()
  await capture(zone, 'a==', 2)
  expect(await rows('participants')).toEqual([])
  await zone.show()
  const first = await rows('participants')
  expect(first).toHaveLength(2)
  expect(segments()).toEqual([])

  await capture(zone, 'b==', 3)
  await zone.show()
  await zone.show()
  const both = await rows('participants')
  expect(both).toHaveLength(5)
  expect(both.slice(0, 2)).toEqual(first)
  const captures = await rows('captures')

  await zone.flush()
  expect(await rows('participants')).toEqual(both)
  expect(await rows('captures')).toEqual(captures)
  await capture(zone, 'c==', 1)
  await zone.show()
  expect(await rows('participants')).toHaveLength(6)
  await zone.close()
  expect(await rows('participants')).toHaveLength(6)
  expect(segments().filter((path) => path.startsWith('captures'))).toEqual([
    `captures/month=2026-05/${runId}-0001.parquet`,
    `captures/month=2026-05/${runId}-0002.parquet`,
  ])
  expect(existsSync(join(dataDir, 'journal', runId))).toBe(false)
})

test('after a crash nothing is shown that the journal has, and nothing is lost or there twice', async () => {
  const { open, rows, dataDir } = await setup()
  const killed = await open()
  await capture(killed, 'a==', 2)
  await killed.show()
  expect(await rows('participants')).toHaveLength(2)

  const zone = await open()
  expect(existsSync(join(dataDir, 'journal', runId, 'ahead'))).toBe(false)
  expect(await rows('participants')).toEqual([])
  await zone.show()
  expect(await rows('participants')).toHaveLength(2)
  await zone.close()
  expect(await rows('participants')).toHaveLength(2)
})

test('where there is no room to show it, it can still be flushed', async () => {
  const { open, rows } = await setup()
  const full = {
    ...realDisk,
    create: async (path: string) => {
      if (path.includes('ahead')) throw new Error('no room')
      return realDisk.create(path)
    },
  }
  const zone = await open({}, full)
  await capture(zone, 'a==', 2)
  await expect(zone.show()).rejects.toThrow('no room')
  await zone.close()
  expect(await rows('participants')).toHaveLength(2)
})

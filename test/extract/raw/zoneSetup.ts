import { mkdtemp, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { columnsOf, type RawRow } from '../../../extract/raw/columns.ts'
import { type Disk, realDisk, unsynced, type WritableFile } from '../../../extract/raw/disk.ts'
import { queryRaw } from '../../../extract/raw/query.ts'
import type { RawZone, RawZoneOptions } from '../../../extract/raw/rawZone.ts'
import { openRawZone } from '../../../extract/raw/zone.ts'
import type { Stream } from '../../../extract/streams.ts'
import { fetchedAt, parseBody, runId } from './zonePages.ts'

/** The real disk without waiting for it: a test survives no power loss, and many tests write many files. */
export const unsyncedDisk: Disk = { ...unsynced(realDisk), truncate }

/** A crash that is only played leaves its files open: they are closed with the test. */
function closedAtTheEnd(disk: Disk, files: WritableFile[]): Disk {
  return {
    ...disk,
    create: async (path) => {
      const file = await disk.create(path)
      let closing: Promise<void> | null = null
      const once = { ...file, close: () => (closing ??= file.close()) }
      files.push(once)
      return once
    },
  }
}

/** A folder of its own that is gone after the test, and ways to open and read the zone in it. */
export async function setup(folderName = 'data'): Promise<{
  dataDir: string
  open(options?: Partial<RawZoneOptions>, disk?: Disk): Promise<RawZone>
  rows(stream: Stream): Promise<RawRow[]>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-raw-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const dataDir = join(folder, folderName)
  const files: WritableFile[] = []
  onTestFinished(async () => {
    for (const file of files) await file.close()
  })
  return {
    dataDir,
    open: (options = {}, disk = unsyncedDisk) =>
      openRawZone(
        { dataDir, accountId: 'acc', runId, parse: (_stream, _source, body) => parseBody(body), ...options },
        { clock: () => fetchedAt + 1000, disk: closedAtTheEnd(disk, files) },
      ),
    rows: (stream) => {
      const order = Object.keys(columnsOf(stream)).filter((name) =>
        /^(capture_id|page_number|row_number)$/.test(name),
      )
      return queryRaw(dataDir, `select * from raw.${stream} order by ${order.join(', ')}`)
    },
  }
}

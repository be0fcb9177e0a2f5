import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Stream } from '../streams.ts'
import { type Disk, unsynced } from './disk.ts'
import { type Flush, writeFlush } from './flush.ts'
import { journalFolder } from './layout.ts'
import { listSegments } from './views.ts'

/*
 * What a run has read and asks itself about before it is flushed: of a day's lists each depends on the one before it,
 * and a flush for each of them would leave a handful of small files in the raw zone every day, for ever.
 *
 *   ended ──▶ shown ──▶ flushed
 *     └───────────────────▲
 *
 * Shown captures are written beside their journal, in the same form, and not made durable: the journal has them. Only
 * queries of the process that wrote them see them. After a crash the journal brings the captures back, and the files go.
 */

/** By the absolute data folder, the folder of what its run shows. */
const shownBy = new Map<string, string>()

/** Files with rows of a stream that this process has read and not flushed yet. @throws RawZoneError */
export function aheadFiles(dataDir: string, stream: Stream): string[] {
  const folder = shownBy.get(resolve(dataDir))
  return folder === undefined ? [] : listSegments(folder, stream)
}

/** The captures that one run shows ahead of their flush. */
export class Ahead {
  readonly #dataDir: string
  readonly #folder: string
  readonly #disk: Disk
  readonly #shown = new Set<string>()
  #flushes = 0

  constructor(dataDir: string, runId: string, disk: Disk) {
    this.#dataDir = resolve(dataDir)
    this.#folder = join(journalFolder(dataDir, runId), 'ahead')
    this.#disk = unsynced(disk)
  }

  /** Shows those of the captures that are not shown yet. @throws RawZoneError */
  async show({ captures, ...flush }: Omit<Flush, 'dataDir' | 'number'>): Promise<void> {
    const unshown = captures.filter(({ id }) => !this.#shown.has(id))
    if (unshown.length === 0) return
    this.#flushes += 1
    const place = { dataDir: this.#folder, number: this.#flushes }
    await writeFlush({ ...flush, ...place, captures: unshown }, this.#disk)
    for (const { id } of unshown) this.#shown.add(id)
    shownBy.set(this.#dataDir, this.#folder)
  }

  /** Shows nothing any more: the captures are flushed, or the run is over, or was before it was opened again. */
  async clear(): Promise<void> {
    shownBy.delete(this.#dataDir)
    this.#shown.clear()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

import { join, resolve } from 'node:path'
import { type Stream, streams } from '../streams.ts'
import type { Page } from '../zoom/endpoint.ts'
import { Capture } from './capture.ts'
import type { Disk } from './disk.ts'
import { RawZoneError } from './error.ts'
import type { CapturedPage, HeldPage } from './heldPages.ts'
import { type Journal, journalFileNumber } from './journal.ts'
import { decodeRecord, type JournalRecord, linesOf } from './journalRecord.ts'
import { flushOf, freeName, monthFolder, segmentName, setAsideFolder, streamFolder } from './layout.ts'
import { lostFolder } from './lost.ts'
import { manifestFolder } from './manifest.ts'
import { withRaw } from './query.ts'
import type { UnfinishedCapture } from './rawZone.ts'
import { segmentRowsSql } from './views.ts'

/** What of a run is committed: the captures, and the number of its last flush (0 before the first). */
export interface Committed {
  captureIds: Set<string>
  lastFlush: number
}

/** Reads the run's files of `captures`, the commit records. */
export async function readCommitted(dataDir: string, runId: string, disk: Disk): Promise<Committed> {
  const captureIds = new Set<string>()
  let lastFlush = 0
  const records = await segmentsOf(dataDir, 'captures', runId, disk)
  if (records.length === 0) return { captureIds, lastFlush }
  await withRaw(dataDir, async (query) => {
    for (const { path, flush } of records) {
      lastFlush = Math.max(lastFlush, flush)
      try {
        const rows = await query<{ id: string }>(
          `select capture_id as id from (${segmentRowsSql('captures', [resolve(path)])})`,
        )
        for (const { id } of rows) captureIds.add(id)
      } catch (cause) {
        throw new RawZoneError({
          action: 'read the commit record',
          path,
          reason: cause instanceof Error ? cause.message : String(cause),
          remedy:
            'A file with a final name was whole once: restore it from a backup, or move it away to read again.',
          cause,
        })
      }
    }
  })
  return { captureIds, lastFlush }
}

/**
 * Moves away what a crash left of this run's last flush: segments without their commit record go to
 * `<data>/set-aside/` (the journal still has their rows, and writes them again); half-written files are removed.
 */
export async function setOrphansAside(
  dataDir: string,
  runId: string,
  committed: Committed,
  disk: Disk,
): Promise<void> {
  for (const folder of [manifestFolder(dataDir), lostFolder(dataDir)]) {
    for (const name of await disk.list(folder))
      if (name.endsWith('.tmp')) await disk.remove(join(folder, name))
  }
  for (const stream of streams) {
    for (const name of await disk.list(streamFolder(dataDir, stream))) {
      if (!name.startsWith('month=')) continue
      const folder = join(streamFolder(dataDir, stream), name)
      for (const file of await disk.list(folder)) {
        if (file.endsWith('.tmp') && flushOf(runId, file.slice(0, -'.tmp'.length)) !== null) {
          await disk.remove(join(folder, file))
          continue
        }
        const flush = flushOf(runId, file)
        if (flush === null || flush <= committed.lastFlush) continue
        const aside = join(setAsideFolder(dataDir), stream, name)
        await disk.createFolder(aside)
        await disk.rename(join(folder, file), join(aside, await freeName(aside, file, disk)))
        await disk.syncFolder(aside)
        await disk.syncFolder(folder)
      }
    }
  }
}

async function segmentsOf(
  dataDir: string,
  stream: Stream,
  runId: string,
  disk: Disk,
): Promise<{ path: string; flush: number }[]> {
  const found: { path: string; flush: number }[] = []
  for (const month of await disk.list(streamFolder(dataDir, stream))) {
    if (!month.startsWith('month=')) continue
    const folder = monthFolder(dataDir, stream, month.slice('month='.length))
    for (const name of await disk.list(folder)) {
      const flush = flushOf(runId, name)
      if (flush !== null && name === segmentName(runId, flush))
        found.push({ path: join(folder, name), flush })
    }
  }
  return found
}

/** A page that was journaled. */
interface ReadAgain {
  page: Page
  encoded: HeldPage
  /** The same where it may stay in memory. */
  held: HeldPage | null
}

/** What is in a run's journal: captures that are not committed, and which captures have records in which file. */
export interface Replayed {
  captures: Map<string, Capture>
  files: Map<number, Set<string>>
}

/**
 * Replays the journal through the transitions of `Capture`. A tail of the last file that is not whole was never
 * reported durable: it is cut. Damage anywhere else is no crash of ours and is an error.
 * @param read parses a page's body
 * @throws RawZoneError
 */
export async function replayJournal(
  folder: string,
  committed: ReadonlySet<string>,
  disk: Disk,
  read: (capture: Capture, body: unknown) => ReadAgain,
): Promise<Replayed> {
  const captures = new Map<string, Capture>()
  const files = new Map<number, Set<string>>()
  const names = (await disk.list(folder)).filter((name) => journalFileNumber(name) !== null)
  for (const name of names) {
    const path = join(folder, name)
    const number = journalFileNumber(name) as number
    const captureIds = new Set<string>()
    files.set(number, captureIds)
    for (const { offset, line, isWhole } of linesOf(await disk.read(path))) {
      const record = isWhole ? decode(line, path, offset) : null
      if (record === null) {
        if (name !== names.at(-1)) throw damaged(path, offset, 'its checksum does not fit')
        await disk.truncate(path, offset)
        break
      }
      captureIds.add(record.c)
      if (committed.has(record.c)) continue
      try {
        apply(captures, record, { file: number, offset, length: line.length }, read)
      } catch (cause) {
        throw damaged(path, offset, cause instanceof Error ? cause.message : String(cause), cause)
      }
    }
  }
  return { captures, files }
}

function apply(
  captures: Map<string, Capture>,
  record: JournalRecord,
  place: CapturedPage['place'],
  read: (capture: Capture, body: unknown) => ReadAgain,
): void {
  if (record.t === 'begin') {
    const { c: id, stream, source, subject, at: startedAt } = record
    captures.set(id, new Capture({ id, stream, source, subject, startedAt }))
    return
  }
  const capture = captures.get(record.c)
  if (capture === undefined) throw new Error(`capture ${record.c} was never begun`)
  switch (record.t) {
    case 'page': {
      if (record.n !== capture.pages.length + 1)
        throw new Error(`page ${record.n} follows ${capture.pages.length}`)
      const { page, encoded, held } = read(capture, record.body)
      capture.addPage(page, encoded, place, record.at, record.bytes, held)
      break
    }
    case 'restart':
      capture.restart()
      break
    case 'drop':
      capture.drop()
      break
    case 'end':
      capture.end({ ...record, finishedAt: record.at })
      break
    default:
      throw new Error(`unknown record ${JSON.stringify(record satisfies never)}`)
  }
}

/** What a crash interrupted, for whoever goes on with it. */
export function unfinishedOf(capture: Capture): UnfinishedCapture {
  const { id: captureId, stream, source, subject, startedAt, pages, nextPageToken } = capture
  const lastFetchedAt = pages.at(-1)?.fetchedAt ?? startedAt
  return {
    captureId,
    stream,
    source,
    subject,
    pagesDone: pages.length,
    nextPageToken,
    lastFetchedAt,
    startedAt,
  }
}

/** Reads one journaled page back. */
export async function readPage(
  journal: Journal,
  capture: Capture,
  { place, pageNumber }: CapturedPage,
  read: (body: unknown) => HeldPage,
): Promise<HeldPage> {
  const path = journal.path(place.file)
  const record = decode(await journal.read(place), path, place.offset)
  if (record?.t !== 'page' || record.c !== capture.id || record.n !== pageNumber) {
    throw damaged(path, place.offset, `page ${pageNumber} of capture ${capture.id} is not there`)
  }
  return read(record.body)
}

function decode(line: Buffer, path: string, offset: number): JournalRecord | null {
  try {
    return decodeRecord(line)
  } catch (cause) {
    throw damaged(path, offset, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function damaged(path: string, offset: number, reason: string, cause?: unknown): RawZoneError {
  return new RawZoneError({
    action: 'read the journal',
    path,
    reason: `the record at byte ${offset} is damaged (${reason})`,
    remedy:
      'Restore the file from a backup, or move its folder away: what it held is then asked from Zoom again.',
    cause,
  })
}

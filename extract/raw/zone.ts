import { strict as assert } from 'node:assert'
import { join } from 'node:path'
import { Ahead } from './ahead.ts'
import { Capture } from './capture.ts'
import { checkRows } from './checkRow.ts'
import { columnsOf, ledgerColumns } from './columns.ts'
import { realDisk } from './disk.ts'
import { writeFlush } from './flush.ts'
import { type CapturedPage, HeldPages, heldBytes, holdable, letGo } from './heldPages.ts'
import { Journal, type Place } from './journal.ts'
import { encodeRecord } from './journalRecord.ts'
import { captureIdOf, checkRunId, journalFolder, sequenceOf } from './layout.ts'
import type { CaptureWriter, RawZone, RawZoneEffects, RawZoneOptions, RawZoneStats } from './rawZone.ts'
import { readCommitted, readPage, replayJournal, setOrphansAside, unfinishedOf } from './recovery.ts'

const realEffects: RawZoneEffects = { clock: Date.now, disk: realDisk }

/**
 * Opens the raw zone for one run and recovers what a crash of the same run left: what was flushed but not
 * committed is set aside, and everything uncommitted comes back from the journal. One process at a time may have a
 * run open (the caller holds the lock of the data folder).
 *
 * Memory: pages wait for their flush up to `heldBytesMax`; of the pages beyond it only their place in the
 * journal is kept, whether their capture has 300 rows or a million. A flush adds a few row groups, opening one
 * journal file, and every open capture 16 to 32 bytes a row, to tell rows apart.
 *
 * @throws RawZoneError
 */
export async function openRawZone(
  options: RawZoneOptions,
  { clock, disk }: RawZoneEffects = realEffects,
): Promise<RawZone> {
  const { dataDir, accountId, runId, parse } = options
  const { segmentRows = 65_536, heldBytesMax = 36 * 1024 * 1024 } = options
  const { journalFileBytes = 64 * 1024 * 1024 } = options
  checkRunId(dataDir, runId)

  const folder = journalFolder(dataDir, runId)
  await disk.createFolder(folder)
  const ahead = new Ahead(dataDir, runId, disk)
  await ahead.clear()
  const committed = await readCommitted(dataDir, runId, disk)
  await setOrphansAside(dataDir, runId, committed, disk)

  const held = new HeldPages(heldBytesMax)
  const parseAgain = (capture: Capture, body: unknown) => {
    const page = parse(capture.stream, capture.source, body)
    checkRows(capture.stream, columnsOf(capture.stream), page.rows)
    return { page, encoded: holdable(columnsOf(capture.stream), page) }
  }

  const { captures, files } = await replayJournal(folder, committed.captureIds, disk, (capture, body) => {
    const { page, encoded } = parseAgain(capture, body)
    return { page, encoded, held: held.hold(encoded) }
  })
  const journal = new Journal(folder, disk, journalFileBytes, files)
  /** Captures that somebody writes. */
  const written = new Set<string>()
  let sequence = 0
  for (const id of [
    ...captures.keys(),
    ...committed.captureIds,
    ...[...files.values()].flatMap((ids) => [...ids]),
  ]) {
    sequence = Math.max(sequence, sequenceOf(runId, id))
  }
  const stats: RawZoneStats = { rows: 0, pages: 0, captures: 0, segments: 0, bytes: 0 }
  const unfinished = [...captures.values()].filter((capture) => capture.isOpen).map(unfinishedOf)
  /** Rows that would come with the next flush, and what of them is held. */
  const ended = { rows: 0, bytes: 0 }
  const countEnded = (capture: Capture) => {
    ended.rows += capture.progress().rows
    ended.bytes += heldBytes(capture.pages)
  }
  for (const capture of captures.values()) if (capture.state === 'ended') countEnded(capture)

  let flushes = committed.lastFlush
  let flushing: Promise<void> = Promise.resolve()
  /** The flush that has not begun yet: it takes what ends until then. */
  let nextFlush: Promise<void> | null = null
  let isFlushing = false

  const readAgain = (capture: Capture, page: CapturedPage) =>
    readPage(journal, capture, page, (body) => parseAgain(capture, body).encoded)

  const endedCaptures = () =>
    [...captures.values()]
      .filter((capture) => capture.state === 'ended')
      .sort((a, b) => sequenceOf(runId, a.id) - sequenceOf(runId, b.id))

  async function flushEnded(): Promise<void> {
    const flushed = endedCaptures()
    if (flushed.length > 0) {
      ended.rows = 0
      ended.bytes = 0
      const flush = { dataDir, accountId, runId, number: flushes + 1, captures: flushed, readAgain }
      const { segments, bytes } = await writeFlush(flush, disk)
      flushes++
      stats.segments += segments
      stats.bytes += bytes
      for (const capture of flushed) {
        held.release(capture.pages)
        capture.commit()
        captures.delete(capture.id)
      }
      await ahead.clear()
    }
    for (const capture of captures.values()) if (capture.state === 'dropped') captures.delete(capture.id)
    // A capture that is neither here any more nor was ever ours to lose: committed or dropped.
    await journal.deleteSettled((id) => !captures.has(id))
  }

  /**
   * One flush at a time. After a failed one there is no other: which of its files are durable is uncertain, and
   * only opening the zone again finds out.
   */
  function flush(): Promise<void> {
    if (nextFlush !== null) return nextFlush
    const next = flushing.then(async () => {
      nextFlush = null
      isFlushing = true
      await flushEnded().finally(() => {
        isFlushing = false
      })
    })
    nextFlush = next
    flushing = next
    // Whoever asked gets the error; this copy only keeps it from counting as unhandled.
    next.catch(() => undefined)
    return next
  }

  /** In turn with flushes; where it fails, they may still succeed. */
  function show(): Promise<void> {
    const before = flushing
    const shown = before.then(() => ahead.show({ accountId, runId, captures: endedCaptures(), readAgain }))
    flushing = shown.catch(() => before)
    return shown
  }

  /** Whether pages would soon have to be read back from the journal, and a flush would make room for many. */
  const isCrowded = () => held.isNearlyFull && ended.bytes > heldBytesMax * 0.25

  async function drop(capture: Capture): Promise<void> {
    capture.assertOpen('be dropped')
    await journal.append(capture.id, encodeRecord({ t: 'drop', c: capture.id }))
    held.release(capture.pages)
    capture.drop()
  }

  function writerOf(capture: Capture): CaptureWriter {
    const columns = columnsOf(capture.stream)
    let isBusy = false
    /** Journals, then changes the state in memory: what was not durable did not happen. */
    async function transition(
      action: string,
      line: () => readonly Uint8Array[],
      apply: (place: Place) => void,
    ): Promise<void> {
      capture.assertOpen(action)
      assert(!isBusy, `Capture ${capture.id} has not finished its last step and cannot ${action}.`)
      isBusy = true
      try {
        apply(await journal.append(capture.id, line()))
      } finally {
        isBusy = false
      }
    }
    return {
      captureId: capture.id,

      async page({ page, text, fetchedAt, bytes }) {
        if (page.encoded === undefined) checkRows(capture.stream, columns, page.rows)
        const { totalRecords: total_records, pageSize: page_size } = page
        const ledgerRow = { total_records, page_size, body_bytes: bytes, fetched_at: fetchedAt }
        checkRows('pages', ledgerColumns.pages, [{ row: ledgerRow, raw: '' }])
        const header = {
          t: 'page',
          c: capture.id,
          n: capture.pages.length + 1,
          at: fetchedAt,
          bytes,
        } as const
        // Before the wait for the disk: what is held through it as objects, the garbage collector copies about.
        const encoded = holdable(columns, page)
        // What is being flushed makes room at once; to read a page back costs more than to wait. Who asked for the flush
        // gets its error.
        if (isFlushing && !held.hasRoomFor(encoded)) await flushing.catch(() => undefined)
        await transition(
          'take a page',
          () => encodeRecord(header, text),
          (place) => {
            const kept = held.hold(encoded)
            capture.addPage(page, encoded, place, fetchedAt, bytes, kept)
            if (kept === null) letGo(encoded)
          },
        )
        stats.pages++
        stats.rows += encoded.rows.length
        if (isCrowded()) await flush()
      },

      async restart() {
        await transition(
          'restart',
          () => encodeRecord({ t: 'restart', c: capture.id }),
          () => {
            held.release(capture.pages)
            capture.restart()
          },
        )
      },

      progress: () => capture.progress(),

      async end({ status, reason = null, errorCode = null }) {
        checkRows('captures', ledgerColumns.captures, [{ row: { error_code: errorCode }, raw: '' }])
        const finishedAt = clock()
        await transition(
          'end',
          () => encodeRecord({ t: 'end', c: capture.id, at: finishedAt, status, reason, errorCode }),
          () => capture.end({ status, reason, errorCode, finishedAt }),
        )
        stats.captures++
        countEnded(capture)
        const isLarge = ended.rows >= segmentRows || ended.bytes > heldBytesMax * 0.75
        if (isLarge || isCrowded()) await flush()
      },
    }
  }

  return {
    unfinished,

    begin({ stream, source, subject, resume }) {
      if (resume !== undefined) {
        const capture = captures.get(resume)
        assert(capture?.isOpen && !written.has(resume), `${resume} is no unfinished capture of run ${runId}.`)
        const isSame =
          capture.stream === stream && capture.source === source && capture.subject.key === subject.key
        assert(
          isSame,
          `${resume} is of ${capture.stream} from ${capture.source} about ${capture.subject.key}.`,
        )
        written.add(resume)
        return writerOf(capture)
      }
      const { webinarId } = subject
      assert(webinarId === undefined || Number.isSafeInteger(webinarId), `${webinarId} is no webinar id.`)
      const id = captureIdOf(runId, ++sequence)
      const capture = new Capture({ id, stream, source, subject, startedAt: clock() })
      captures.set(id, capture)
      written.add(id)
      // Not awaited: records are durable in order, so the capture's first page or verdict waits for this one too,
      // and is rejected if this one fails.
      journal
        .append(id, encodeRecord({ t: 'begin', c: id, at: capture.startedAt, stream, source, subject }))
        .catch(() => undefined)
      return writerOf(capture)
    },

    isAbandoned: (captureId) => captures.get(captureId)?.isOpen === true && !written.has(captureId),

    async drop(captureId) {
      const capture = captures.get(captureId)
      assert(capture, `${captureId} is no open capture of run ${runId}.`)
      await drop(capture)
    },

    show,

    flush,

    async close() {
      try {
        await flush()
      } finally {
        await ahead.clear()
        held.close()
        await journal.close()
      }
      await journal.deleteSettled((id) => !captures.has(id))
      if (captures.size === 0) {
        await disk.remove(folder)
        await disk.syncFolder(join(folder, '..'))
      }
    },

    stats: () => ({ ...stats }),
  }
}

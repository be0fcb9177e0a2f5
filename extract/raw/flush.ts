import { join } from 'node:path'
import { dataStreams, type Stream } from '../streams.ts'
import type { ParsedRow } from '../zoom/endpoint.ts'
import { arrowBatch, arrowSchema, type RowRun } from './arrowBatch.ts'
import { BatchMemory } from './batchMemory.ts'
import type { Capture } from './capture.ts'
import { columnsOf, type RawRow } from './columns.ts'
import type { Disk } from './disk.ts'
import { encodeRows } from './encodedRows.ts'
import type { CapturedPage, HeldPage } from './heldPages.ts'
import { monthFolder, monthOf, monthOfRun, segmentName } from './layout.ts'
import { type Manifest, manifestFolder, manifestName, writeJson } from './manifest.ts'
import { unpackRows } from './packedRows.ts'
import { writeSegment } from './segment.ts'

/**
 * Rows that go to Arrow and on to Parquet at once, several times for a row group: so many stay near the processor on
 * their way, and still share what each batch costs by itself.
 */
const batchRows = 4096

/** A batch is cut here too, so that rows with long texts do not make it large. */
const batchBytesMax = 4 * 1024 * 1024

/** Columns of provenance that a row may carry itself; all rows of an endpoint do or none does. */
const ownProvenance = ['webinar_id', 'instance_uuid'] as const

export interface Flush {
  dataDir: string
  accountId: string
  runId: string
  /** Counted from 1 within the run. */
  number: number
  /** Ended captures in the order of their ids, at least one. */
  captures: readonly Capture[]
  /** The page again, where it is not held in memory. */
  readAgain(capture: Capture, page: CapturedPage): Promise<HeldPage>
}

/**
 * Writes the captures into segments. The order is the safety: first the data, then `pages` and `rejects`, then the
 * manifest of all of them, last one file with all rows of `captures`. No view shows a row whose capture is not in `captures`, so the rename of that
 * last file commits everything at once. This is why `captures` is filed under the month the run began in and not
 * under the month of each instance: several files could not appear in one step.
 * @returns number and bytes of the files written
 */
export async function writeFlush(flush: Flush, disk: Disk): Promise<{ segments: number; bytes: number }> {
  const { captures, runId, dataDir } = flush
  const name = segmentName(runId, flush.number)
  const manifest: Manifest = { run_id: runId, files: [] }
  const write = async (
    stream: Stream,
    month: string,
    runs: AsyncIterable<RowRun>,
    of: readonly Capture[] = [],
  ) => {
    const folder = monthFolder(dataDir, stream, month)
    await disk.createFolder(folder)
    await writeSegment(join(folder, name), batches(stream, runs), disk, async (written) => {
      manifest.files.push({
        path: `${stream}/month=${month}/${name}`,
        ...written,
        captures: of.map((capture) => capture.id),
        sources: [...new Set(of.map((capture) => capture.source))].sort(),
      })
      if (stream !== 'captures') return
      await writeJson(join(manifestFolder(dataDir), manifestName(name)), manifest, disk)
    })
  }
  for (const stream of dataStreams) {
    const byMonth = Map.groupBy(
      captures.filter(
        (capture) => capture.stream === stream && capture.pages.some((page) => page.rowCount > 0),
      ),
      (capture) => monthOf(capture.subject.instanceStart, (capture.pages[0] as CapturedPage).fetchedAt),
    )
    for (const month of [...byMonth.keys()].sort()) {
      const ofMonth = byMonth.get(month) as Capture[]
      await write(stream, month, dataRuns(flush, ofMonth), ofMonth)
    }
  }
  const pages = captures.flatMap((capture) => pageRows(flush, capture))
  if (pages.length > 0) await write('pages', monthOfRun(runId), oneRun('pages', pages))
  if (captures.some((capture) => capture.pages.some((page) => page.rejectCount > 0))) {
    await write('rejects', monthOfRun(runId), rejectRuns(flush))
  }
  await write(
    'captures',
    monthOfRun(runId),
    oneRun(
      'captures',
      captures.map((capture) => captureRow(flush, capture)),
    ),
  )
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
  return { segments: manifest.files.length, bytes }
}

async function* dataRuns(flush: Flush, captures: readonly Capture[]): AsyncGenerator<RowRun> {
  for (const capture of captures) {
    for (const page of capture.pages) {
      if (page.rowCount === 0) continue
      const shared: RawRow = {
        account_id: flush.accountId,
        subject: capture.subject.key,
        webinar_id: capture.subject.webinarId ?? null,
        instance_uuid: capture.subject.instanceUuid ?? null,
        source_endpoint: capture.source,
        run_id: flush.runId,
        capture_id: capture.id,
        page_number: page.pageNumber,
        fetched_at: page.fetchedAt,
      }
      const { rows: packed } = page.held ?? (await flush.readAgain(capture, page))
      const rows = unpackRows(columnsOf(capture.stream), packed)
      // Lists over many webinars have the id in the row, not in the subject: the row's own value wins.
      for (const name of ownProvenance) if (rows.columns.has(name)) delete shared[name]
      yield { rows, shared, firstRowNumber: 1 }
    }
  }
}

async function* oneRun(stream: Stream, rows: readonly ParsedRow[]): AsyncGenerator<RowRun> {
  yield { rows: encodeRows(columnsOf(stream), rows), shared: {}, firstRowNumber: null }
}

/**
 * Gathers runs into batches of bounded size, as Arrow IPC streams; a run is one page and stays whole. A batch is good
 * until the next is asked for.
 */
async function* batches(stream: Stream, runs: AsyncIterable<RowRun>): AsyncGenerator<Uint8Array> {
  const columns = columnsOf(stream)
  const schema = arrowSchema(columns)
  const memory = new BatchMemory()
  let batch: RowRun[] = []
  let rows = 0
  let bytes = 0
  for await (const run of runs) {
    if (rows > 0 && (rows + run.rows.length > batchRows || bytes + run.rows.bytes > batchBytesMax)) {
      yield memory.streamOf(arrowBatch(schema, columns, batch, memory))
      batch = []
      rows = 0
      bytes = 0
    }
    batch.push(run)
    rows += run.rows.length
    bytes += run.rows.bytes
  }
  if (rows > 0) yield memory.streamOf(arrowBatch(schema, columns, batch, memory))
  memory.free()
}

function captureRow(flush: Flush, capture: Capture): ParsedRow {
  const { rows, distinctRows, rejected, expected, checksum, pages } = capture.progress()
  const verdict = capture.verdict as NonNullable<Capture['verdict']>
  const instanceStart = Date.parse(capture.subject.instanceStart ?? '')
  const row: RawRow = {
    capture_id: capture.id,
    run_id: flush.runId,
    account_id: flush.accountId,
    stream: capture.stream,
    subject: capture.subject.key,
    webinar_id: capture.subject.webinarId ?? null,
    instance_uuid: capture.subject.instanceUuid ?? null,
    instance_start: Number.isNaN(instanceStart) ? null : instanceStart,
    source_endpoint: capture.source,
    status: verdict.status,
    reason: verdict.reason,
    error_code: verdict.errorCode,
    expected_rows: expected,
    captured_rows: rows,
    repeated_rows: Math.max(0, Math.min(rows - distinctRows, rows - (expected ?? 0))),
    rejected_rows: rejected,
    pages,
    rows_checksum: checksum,
    started_at: capture.startedAt,
    finished_at: verdict.finishedAt,
  }
  return { row, raw: '' }
}

function pageRows(flush: Flush, capture: Capture): ParsedRow[] {
  return capture.pages.map((page) => ({
    row: {
      capture_id: capture.id,
      run_id: flush.runId,
      account_id: flush.accountId,
      page_number: page.pageNumber,
      row_count: page.rowCount,
      rejected_count: page.rejectCount,
      total_records: page.totalRecords,
      page_size: page.pageSize,
      has_next: page.hasNext,
      body_bytes: page.bodyBytes,
      fetched_at: page.fetchedAt,
    },
    raw: '',
  }))
}

async function* rejectRuns(flush: Flush): AsyncGenerator<RowRun> {
  for (const capture of flush.captures) {
    for (const page of capture.pages) {
      if (page.rejectCount === 0) continue
      const shared = {
        capture_id: capture.id,
        run_id: flush.runId,
        account_id: flush.accountId,
        stream: capture.stream,
        subject: capture.subject.key,
        page_number: page.pageNumber,
        fetched_at: page.fetchedAt,
      }
      const { rejects } = page.held ?? (await flush.readAgain(capture, page))
      const parsed = rejects.map(({ rowNumber, reason, raw }) => ({
        row: { row_number: rowNumber, reason },
        raw,
      }))
      const rows = encodeRows(columnsOf('rejects'), parsed)
      yield { rows, shared, firstRowNumber: null }
    }
  }
}

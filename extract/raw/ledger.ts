import type { CaptureStatus, DataStream, Source } from '../streams.ts'
import { queryRaw } from './query.ts'

/** One committed capture. Times are epoch milliseconds. */
export interface CaptureRecord {
  captureId: string
  runId: string
  source: Source
  status: CaptureStatus
  reason: string | null
  errorCode: number | null
  expectedRows: number | null
  rows: number
  rejectedRows: number
  checksum: string
  startedAt: number
  finishedAt: number
}

/** What is known about one stream of one subject. */
export interface CaptureSummary {
  stream: DataStream
  subject: string
  webinarId: number | null
  instanceUuid: string | null
  /** The fullest reading, see `better`. */
  best: CaptureRecord
  /** All captures, the latest first. */
  captures: CaptureRecord[]
  /**
   * How many of the latest readings (`complete`, `empty` or `partial`; failures between them do not count) agree
   * in source, number of rows and checksum. 0 without a reading; from 2 on the latest confirmed an earlier one.
   */
  equalReadings: number
}

/** What was captured of an account, for planning what need not be asked again. */
export interface Ledger {
  get(stream: DataStream, subjectKey: string): CaptureSummary | undefined
  /** Sorted by stream and subject. */
  all(): readonly CaptureSummary[]
}

const rank: Readonly<Record<CaptureStatus, number>> = {
  complete: 0,
  partial: 1,
  empty: 2,
  not_ready: 3,
  expired: 4,
  denied: 5,
  failed: 6,
}

/**
 * Reads the ledger of an account from the committed captures.
 * @throws RawZoneError
 */
export async function readLedger(dataDir: string, accountId: string): Promise<Ledger> {
  const rows = await queryRaw(
    dataDir,
    `select stream, subject, webinar_id, instance_uuid, capture_id, run_id, source_endpoint, status, reason,
        error_code, expected_rows, captured_rows, rejected_rows, rows_checksum, started_at, finished_at
    from raw.captures
    where account_id = $1
    order by stream, subject, finished_at desc, capture_id desc`,
    [accountId],
  )
  const summaries = new Map<string, CaptureSummary>()
  for (const row of rows) {
    const record: CaptureRecord = {
      captureId: row.capture_id as string,
      runId: row.run_id as string,
      source: row.source_endpoint as Source,
      status: row.status as CaptureStatus,
      reason: row.reason as string | null,
      errorCode: row.error_code as number | null,
      expectedRows: row.expected_rows as number | null,
      rows: row.captured_rows as number,
      rejectedRows: row.rejected_rows as number,
      checksum: row.rows_checksum as string,
      startedAt: row.started_at as number,
      finishedAt: row.finished_at as number,
    }
    const key = keyOf(row.stream as string, row.subject as string)
    const summary = summaries.get(key)
    if (summary === undefined) {
      summaries.set(key, {
        stream: row.stream as DataStream,
        subject: row.subject as string,
        webinarId: row.webinar_id as number | null,
        instanceUuid: row.instance_uuid as string | null,
        best: record,
        captures: [record],
        equalReadings: 0,
      })
    } else {
      summary.captures.push(record)
      if (better(record, summary.best)) summary.best = record
    }
  }
  for (const summary of summaries.values()) summary.equalReadings = countEqual(summary.captures)
  const all = [...summaries.values()]
  return { get: (stream, subjectKey) => summaries.get(keyOf(stream, subjectKey)), all: () => all }
}

/** No stream has a line break in its name, so no two pairs share a key. */
function keyOf(stream: string, subject: string): string {
  return `${stream}\n${subject}`
}

/**
 * Whether an older capture is better than a later one: an emptier later answer never replaces a fuller one. Rows
 * beat none, then the status counts, then more rows; what is equal in all is decided for the later.
 */
function better(older: CaptureRecord, later: CaptureRecord): boolean {
  const hasRows = Number(older.rows > 0) - Number(later.rows > 0)
  if (hasRows !== 0) return hasRows > 0
  if (older.status !== later.status) return rank[older.status] < rank[later.status]
  return older.rows > later.rows
}

function countEqual(captures: readonly CaptureRecord[]): number {
  const readings = captures.filter(({ status }) => rank[status] <= rank.empty)
  const [latest] = readings
  const unlike = readings.findIndex(
    ({ source, rows, checksum }) =>
      source !== latest?.source || rows !== latest.rows || checksum !== latest.checksum,
  )
  return unlike === -1 ? readings.length : unlike
}

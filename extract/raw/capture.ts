import { strict as assert } from 'node:assert'
import type { CaptureStatus, DataStream, Source, Subject } from '../streams.ts'
import type { Page } from '../zoom/endpoint.ts'
import { RowsChecksum } from './checksum.ts'
import { columnsOf } from './columns.ts'
import type { CapturedPage, HeldPage } from './heldPages.ts'
import type { Place } from './journal.ts'
import { unpackColumn } from './packedRows.ts'

/*
 * The states of a capture:
 *
 *              ┌──────────restart──────────┐
 *              ▼                           │
 *   begin ─▶ begun ────page────▶ reading ──┤ ◀─┐ page
 *              │                   │ └─────┴───┘
 *              ├────────end────────┤
 *              ▼                   ▼
 *            ended ────flush────▶ committed      (its rows are visible, its journal records are done with)
 *
 *   begun, reading ──drop──▶ dropped             (as if it had never been begun)
 *
 * After a crash the journal is replayed through the same transitions. A capture that is then begun or reading has
 * nobody who writes it: it is unfinished until somebody resumes or drops it.
 */
export type CaptureState = 'begun' | 'reading' | 'ended' | 'committed' | 'dropped'

export interface Verdict {
  status: CaptureStatus
  reason: string | null
  errorCode: number | null
  /** Epoch milliseconds. */
  finishedAt: number
}

/** What was read so far. */
export interface CaptureProgress {
  pages: number
  rows: number
  /** Rows that differ from each other: fewer than `rows` where pages overlapped. */
  distinctRows: number
  rejected: number
  /** The largest `total_records` any page promised; null where none did. */
  expected: number | null
  /** Whether any participant has a duration above 0: while Zoom still computes a report, none has. */
  hasDurations: boolean
  checksum: string
}

/** One reading of one stream of one subject, in memory. Assertions here are against mistakes of our own. */
export class Capture {
  readonly id: string
  readonly stream: DataStream
  readonly source: Source
  readonly subject: Subject
  /** Epoch milliseconds. */
  readonly startedAt: number
  state: CaptureState = 'begun'
  pages: CapturedPage[] = []
  nextPageToken: string | null = null
  verdict: Verdict | null = null
  #rows = 0
  #rejected = 0
  #expected: number | null = null
  #hasDurations = false
  #checksum = new RowsChecksum()

  constructor(of: { id: string; stream: DataStream; source: Source; subject: Subject; startedAt: number }) {
    this.id = of.id
    this.stream = of.stream
    this.source = of.source
    this.subject = of.subject
    this.startedAt = of.startedAt
  }

  get isOpen(): boolean {
    return this.state === 'begun' || this.state === 'reading'
  }

  /** @param rows the page's rows; `held` the same, where it stays in memory */
  addPage(
    page: Page,
    { rows }: HeldPage,
    place: Place,
    fetchedAt: number,
    bodyBytes: number,
    held: HeldPage | null,
  ): void {
    this.assertOpen('take a page')
    this.state = 'reading'
    this.pages.push({
      pageNumber: this.pages.length + 1,
      rowCount: rows.length,
      rejectCount: page.rejects.length,
      totalRecords: page.totalRecords,
      pageSize: page.pageSize,
      hasNext: page.nextPageToken !== null,
      bodyBytes,
      fetchedAt,
      place,
      held,
    })
    this.nextPageToken = page.nextPageToken
    this.#rows += rows.length
    this.#rejected += page.rejects.length
    if (page.totalRecords !== null) this.#expected = Math.max(this.#expected ?? 0, page.totalRecords)
    const columns = columnsOf(this.stream)
    this.#checksum.addAll(unpackColumn(columns, rows, 'raw') ?? null)
    const durations = unpackColumn(columns, rows, 'duration_seconds')?.data as Int32Array | undefined
    if (durations?.some((seconds) => seconds > 0)) this.#hasDurations = true
  }

  restart(): void {
    this.assertOpen('restart')
    this.state = 'begun'
    this.pages = []
    this.nextPageToken = null
    this.#rows = 0
    this.#rejected = 0
    this.#expected = null
    this.#hasDurations = false
    this.#checksum = new RowsChecksum()
  }

  end(verdict: Verdict): void {
    this.assertOpen('end')
    this.state = 'ended'
    this.verdict = verdict
    this.#checksum.close()
  }

  commit(): void {
    assert.equal(this.state, 'ended', `Capture ${this.id} is ${this.state} and cannot be committed.`)
    this.state = 'committed'
    this.pages = []
  }

  drop(): void {
    this.assertOpen('be dropped')
    this.state = 'dropped'
    this.pages = []
    this.#checksum.close()
  }

  progress(): CaptureProgress {
    return {
      pages: this.pages.length,
      rows: this.#rows,
      distinctRows: this.#checksum.distinctRows,
      rejected: this.#rejected,
      expected: this.#expected,
      hasDurations: this.#hasDurations,
      checksum: this.#checksum.toString(),
    }
  }

  assertOpen(action: string): void {
    assert(this.isOpen, `Capture ${this.id} is ${this.state} and cannot ${action}.`)
  }
}

import type { Page, Reject } from '../zoom/endpoint.ts'
import type { Columns } from './columns.ts'
import { encodeRows } from './encodedRows.ts'
import type { Place } from './journal.ts'
import { type PackedRows, packRows } from './packedRows.ts'
import { pageMemory } from './pageMemory.ts'

/** A page in the form in which it waits for its flush. */
export interface HeldPage {
  rows: PackedRows
  rejects: readonly Reject[]
}

/** What is remembered of a page. Its rows are `held` in memory while there is room; otherwise they lie at `place`. */
export interface CapturedPage {
  pageNumber: number
  rowCount: number
  rejectCount: number
  totalRecords: number | null
  pageSize: number | null
  hasNext: boolean
  bodyBytes: number
  fetchedAt: number
  place: Place
  held: HeldPage | null
}

export function holdable(columns: Columns, page: Page): HeldPage {
  return { rows: page.encoded ?? packRows(columns, encodeRows(columns, page.rows)), rejects: page.rejects }
}

/** What the objects around a page cost, about. */
const pageBytes = 1024

/** Which pages wait in memory for their flush: as many as fit, counted in bytes. */
export class HeldPages {
  readonly #bytesMax: number
  #bytes = 0

  /** @param bytesMax of what is held and of what is free to be used again */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** The page if it may stay; one that may not is read back from the journal when it is flushed. */
  hold(page: HeldPage): HeldPage | null {
    if (!this.hasRoomFor(page)) return null
    this.#bytes += bytesOf(page)
    pageMemory.trim(this.#bytesMax - this.#bytes)
    return page
  }

  /** Whether the page may stay. */
  hasRoomFor(page: HeldPage): boolean {
    return this.#bytes + bytesOf(page) <= this.#bytesMax
  }

  /** Whether pages will soon have to be read back, unless some are flushed. */
  get isNearlyFull(): boolean {
    return this.#bytes > this.#bytesMax * 0.875
  }

  /** The pages are flushed or forgotten, and nobody looks at them again. */
  release(pages: readonly CapturedPage[]): void {
    for (const { held } of pages) {
      if (held === null) continue
      this.#bytes -= bytesOf(held)
      letGo(held)
    }
  }

  /** Nothing more will be held. */
  close(): void {
    pageMemory.trim(0)
  }
}

/** What of the pages is held, in bytes. */
export function heldBytes(pages: readonly CapturedPage[]): number {
  return pages.reduce((sum, { held }) => sum + (held === null ? 0 : bytesOf(held)), 0)
}

/** Nobody looks at the page again. */
export function letGo({ rows }: HeldPage): void {
  pageMemory.giveBack(rows.data.buffer)
}

function bytesOf({ rows, rejects }: HeldPage): number {
  const known = pageBytes + rows.layout.byteLength + rows.data.buffer.byteLength
  return rejects.reduce((sum, { raw }) => sum + raw.length, known)
}

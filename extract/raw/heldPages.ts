import type { Page, Reject } from '../zoom/endpoint.ts'
import type { CapturedPage } from './capture.ts'
import type { Columns } from './columns.ts'
import { type EncodedRows, encodeRows } from './encodedRows.ts'

/** A page as it waits for its flush: rows as columns, which cost a third of the memory of objects and no collection. */
export interface HeldPage {
  rows: EncodedRows
  rejects: readonly Reject[]
}

export function holdable(columns: Columns, page: Page): HeldPage {
  return { rows: page.encoded ?? encodeRows(columns, page.rows), rejects: page.rejects }
}

/** Which pages wait in memory for their flush: as many as fit, counted in bytes. */
export class HeldPages {
  readonly #bytesMax: number
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** The page if it may stay; one that may not is read back from the journal when it is flushed. */
  hold(page: HeldPage): HeldPage | null {
    const bytes = bytesOf(page)
    if (this.#bytes + bytes > this.#bytesMax) return null
    this.#bytes += bytes
    return page
  }

  /** The pages are flushed or forgotten. */
  release(pages: readonly CapturedPage[]): void {
    for (const { held } of pages) if (held !== null) this.#bytes -= bytesOf(held)
  }
}

function bytesOf({ rows, rejects }: HeldPage): number {
  return rejects.reduce((sum, { raw }) => sum + raw.length, rows.bytes)
}

import { joined } from '../joined.ts'
import { kinds, type ScannedRows } from './form.ts'

/** Parts of a page that are not kept, in the order of their places. */
export class Cuts {
  readonly #starts: number[] = []
  readonly #ends: number[] = []

  clear(): void {
    this.#starts.length = 0
    this.#ends.length = 0
  }

  /** From `start` to before `end`, behind all that were added before. */
  add(start: number, end: number): void {
    this.#starts.push(start)
    this.#ends.push(end)
  }

  /** The page without them; what stands behind a cut moves to the front, places in `scanned` with it. */
  apply(scanned: ScannedRows): ScannedRows {
    if (this.#starts.length === 0) return scanned
    const { rows, fields, kind, start, end, rowStart, rowEnd } = scanned
    let cut = 0
    let removed = 0
    for (let row = 0; row < rows; row++) {
      const first = cut
      const before = removed
      rowStart[row] = (rowStart[row] as number) - before
      for (; cut < this.#starts.length && (this.#starts[cut] as number) < (rowEnd[row] as number); cut++)
        removed += this.#length(cut)
      rowEnd[row] = (rowEnd[row] as number) - removed
      for (let cell = row * fields; cell < (row + 1) * fields; cell++) {
        if (kind[cell] === kinds.absent) continue
        let moved = before
        for (let at = first; at < cut && (this.#starts[at] as number) < (start[cell] as number); at++)
          moved += this.#length(at)
        start[cell] = (start[cell] as number) - moved
        end[cell] = (end[cell] as number) - moved
      }
    }
    return { ...scanned, bytes: this.#without(scanned.bytes) }
  }

  #length(cut: number): number {
    return (this.#ends[cut] as number) - (this.#starts[cut] as number)
  }

  #without(bytes: Buffer): Buffer {
    const kept = this.#starts.map((start, cut) => bytes.subarray(this.#ends[cut - 1] ?? 0, start))
    kept.push(bytes.subarray(this.#ends.at(-1)))
    return joined(
      kept,
      kept.reduce((sum, part) => sum + part.length, 0),
    )
  }
}

import { epochMs } from '../schemas/time.ts'

/** `2019-02-01T12:34:12Z`, as far as its marks and the digits of its time of day go. */
export function isPlainTime(bytes: Buffer, start: number, end: number): boolean {
  return (
    end - start === 20 &&
    bytes[start + 10] === 0x54 &&
    bytes[start + 13] === 0x3a &&
    bytes[start + 16] === 0x3a &&
    bytes[start + 19] === 0x5a &&
    two(bytes, start + 11) <= 23 &&
    two(bytes, start + 14) <= 59 &&
    two(bytes, start + 17) <= 60
  )
}

/** Two digits; NaN where they are none. */
function two(bytes: Buffer, at: number): number {
  const tens = (bytes[at] as number) - 0x30
  const ones = (bytes[at + 1] as number) - 0x30
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** Most times of a page are of one day: its beginning is worked out once. */
export class DayCache {
  readonly #day = new Uint8Array(10)
  #dayMs: number | null = null

  /** Epoch milliseconds of a plain time; null where there is no such day. */
  epochMs(bytes: Buffer, start: number): number | null {
    if (!this.#isSame(bytes, start)) {
      this.#day.set(bytes.subarray(start, start + 10))
      this.#dayMs = epochMs(`${bytes.toString('latin1', start, start + 10)}T00:00:00Z`)
    }
    if (this.#dayMs === null) return null
    const seconds = two(bytes, start + 11) * 3600 + two(bytes, start + 14) * 60 + two(bytes, start + 17)
    return this.#dayMs + seconds * 1000
  }

  #isSame(bytes: Buffer, start: number): boolean {
    for (let at = 0; at < 10; at++) if (bytes[start + at] !== this.#day[at]) return false
    return true
  }
}

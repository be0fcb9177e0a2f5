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
  /** When the day begins; NaN where there is none such. A number that a function returns would be an object on its way. */
  readonly #dayMs = new Float64Array([Number.NaN])

  /** Puts the epoch milliseconds of a plain time where they belong. @returns false where there is no such day */
  put(bytes: Buffer, start: number, into: Float64Array, at: number): boolean {
    if (!this.#isSame(bytes, start)) {
      for (let place = 0; place < 10; place++) this.#day[place] = bytes[start + place] as number
      this.#dayMs[0] = epochMs(`${bytes.toString('latin1', start, start + 10)}T00:00:00Z`) ?? Number.NaN
    }
    const dayMs = this.#dayMs[0] as number
    if (Number.isNaN(dayMs)) return false
    const seconds = two(bytes, start + 11) * 3600 + two(bytes, start + 14) * 60 + two(bytes, start + 17)
    into[at] = dayMs + seconds * 1000
    return true
  }

  #isSame(bytes: Buffer, start: number): boolean {
    for (let at = 0; at < 10; at++) if (bytes[start + at] !== this.#day[at]) return false
    return true
  }
}

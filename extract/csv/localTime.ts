import { IANAZone } from 'luxon'

/** A wall-clock time as milliseconds of a calendar without zones, or why the cell is none. */
export type LocalTime = { local_ms: number } | { problem: string }

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const named = /^([a-z]{3})[a-z]*\.? (\d{1,2}), (\d{4}),? (.+)$/i
const numeric = /^(\d{1,2})\/(\d{1,2})\/(\d{4}),? (.+)$/
const yearFirst = /^(\d{4})-(\d{2})-(\d{2})[ T](.+)$/
const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([ap])\.?m\.?)?$/i

/**
 * Reads a time as Zoom's portal writes it: `Mar 28, 2020 08:07:27` and `Mar 28, 2020 8:07 AM` until 2025,
 * `08/09/2026 10:45:00 AM` since, month first; `2024-03-21 18:18:42` too, which says its order. Seconds and
 * AM or PM may be absent.
 */
export function parseLocalTime(cell: string): LocalTime {
  const text = cell.trim().replaceAll(/\s+/g, ' ')
  const date = dateOf(text)
  if (date === null) return { problem: 'is no date and time as Zoom writes them (month first, in English)' }
  if (date.month > 12 && date.day <= 12) {
    return {
      problem: 'has the day first; Zoom writes the month first, so the file was saved by another program',
    }
  }
  const time = clock.exec(date.clock)
  if (time === null) return { problem: 'has no time of day that can be read' }
  let hour = Number(time[1])
  const half = time[4]?.toLowerCase()
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return { problem: `has hour ${hour} with ${half.toUpperCase()}M` }
    hour = (hour % 12) + (half === 'p' ? 12 : 0)
  }
  const [minute, second] = [Number(time[2]), Number(time[3] ?? 0)]
  const local_ms = Date.UTC(date.year, date.month - 1, date.day, hour, minute, second)
  const isReal =
    new Date(local_ms).getUTCDate() === date.day &&
    new Date(local_ms).getUTCMonth() === date.month - 1 &&
    hour < 24 &&
    minute < 60 &&
    second < 60 &&
    date.year >= 1970
  return isReal ? { local_ms } : { problem: 'is no date of the calendar or no time of the clock' }
}

function dateOf(text: string): { year: number; month: number; day: number; clock: string } | null {
  let match = numeric.exec(text)
  if (match) return dateParts(match[3], match[1], match[2], match[4])
  match = yearFirst.exec(text)
  if (match) return dateParts(match[1], match[2], match[3], match[4])
  match = named.exec(text)
  const month = months.indexOf(match?.[1]?.toLowerCase() ?? '') + 1
  return match && month > 0 ? dateParts(match[3], String(month), match[2], match[4]) : null
}

function dateParts(year = '', month = '', day = '', clockText = '') {
  return { year: Number(year), month: Number(month), day: Number(day), clock: clockText }
}

/** No zone changes its offset anywhere but on a quarter of an hour UTC, so one answer serves for all of it. */
const quarter_ms = 900_000
const day_ms = 86_400_000

/**
 * A time zone of the IANA database. The file has none: the portal writes times in the zone of the account that
 * exported it.
 */
export class ReportZone {
  readonly name: string
  readonly #zone: IANAZone
  readonly #offsets = new Map<number, number>()

  /** Throws `RangeError`, which says what was got, where the name is none of the IANA database. */
  constructor(name: string) {
    if (!/^[a-z]/i.test(name) || !IANAZone.isValidZone(name)) {
      const got = JSON.stringify(name.slice(0, 80))
      throw new RangeError(
        `time zone ${got} is not in the IANA database; expected a name like "Europe/Berlin" or "UTC"`,
      )
    }
    this.name = name
    this.#zone = IANAZone.create(name)
  }

  /**
   * The moments (epoch milliseconds, earliest first) at which clocks of the zone show a time: one, or two in the
   * hour that is repeated when summer time ends. A time in the hour skipped when it begins was shown by no
   * clock: it is read with the offset before the change, which puts it after the gap.
   */
  moments(local_ms: number): { moments: [number] | [number, number]; isSkipped: boolean } {
    const before_ms = this.#offset(local_ms - day_ms)
    const after_ms = this.#offset(local_ms + day_ms)
    const early = local_ms - Math.max(before_ms, after_ms)
    const late = local_ms - Math.min(before_ms, after_ms)
    const isEarly = early + this.#offset(early) === local_ms
    const isLate = late + this.#offset(late) === local_ms
    if (isEarly && isLate && early !== late) return { moments: [early, late], isSkipped: false }
    if (isEarly) return { moments: [early], isSkipped: false }
    if (isLate) return { moments: [late], isSkipped: false }
    return { moments: [local_ms - before_ms], isSkipped: true }
  }

  #offset(moment_ms: number): number {
    const quarter = Math.floor(moment_ms / quarter_ms)
    let offset = this.#offsets.get(quarter)
    if (offset === undefined) {
      offset = this.#zone.offset(quarter * quarter_ms) * 60_000
      this.#offsets.set(quarter, offset)
    }
    return offset
  }
}

/** Zoom was founded in 2011. The other end keeps every span of two times within an int32 of seconds. */
const year_min = 2011
const year_max = 2070
const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const general =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)? ?(Z|[+-]\d{2}:?\d{2})?$/i

/**
 * Epoch milliseconds of an ISO 8601 time as Zoom and its clients write it: with or without fractions (cut to
 * milliseconds), `Z` or an offset; one without a zone is UTC, as all of Zoom's ISO times are. Null for anything else,
 * also for `MM/DD/YYYY HH:mm`, whose zone Zoom does not say: a guess would be wrong by hours and look right; and for
 * years in which nobody can have used Zoom, because one such time stretches its instance over centuries.
 */
export function epochMs(text: string): number | null {
  // `2019-02-01T12:34:12Z` is nearly every time Zoom sends; the general expression is four times slower.
  if (text.length === 20 && text.charCodeAt(19) === 90 && text.charCodeAt(10) === 84) {
    const quick = assemble(
      two(text, 0) * 100 + two(text, 2),
      two(text, 5),
      two(text, 8),
      two(text, 11),
      two(text, 14),
      two(text, 17),
    )
    const areMarks =
      text.charCodeAt(4) === 45 &&
      text.charCodeAt(7) === 45 &&
      text.charCodeAt(13) === 58 &&
      text.charCodeAt(16) === 58
    return areMarks ? quick : null
  }
  const parts = general.exec(text)
  if (parts === null) return null
  const [, year, month, day, hour, minute, second, fraction, zone] = parts
  const atMs = assemble(
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second ?? 0),
  )
  const offset_ms = offsetOf(zone)
  if (atMs === null || offset_ms === null) return null
  return atMs + Number((fraction ?? '').slice(0, 3).padEnd(3, '0')) - offset_ms
}

/** Two digits at a place; NaN when they are none. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

function assemble(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | null {
  // Written so that NaN fails as well. 60 is a leap second; Date.UTC carries it over.
  const isDate =
    year >= year_min &&
    year <= year_max &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= (days[month - 1] as number)
  const isTime = hour <= 23 && minute <= 59 && second <= 60
  if (!isDate || !isTime) return null
  if (month === 2 && day === 29 && !isLeap(year)) return null
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(-2))
  if (hours > 14 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

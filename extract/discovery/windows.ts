import { DateTime } from 'luxon'

/** A range of days a list call may ask for; both days inclusive, `YYYY-MM-DD`. */
export interface Window {
  from: string
  to: string
}

/**
 * Cuts a span into calendar months of UTC, because Zoom's lists take at most one month a call, and fixed borders
 * give every run the same subjects. The first and last window are cut to the span.
 */
export function monthWindows(since: Date, until: Date): Window[] {
  const first = DateTime.fromJSDate(since, { zone: 'utc' }).startOf('day')
  const last = DateTime.fromJSDate(until, { zone: 'utc' }).startOf('day')
  const windows: Window[] = []
  for (let month = first.startOf('month'); month <= last; month = month.plus({ months: 1 })) {
    const from = DateTime.max(month, first)
    const to = DateTime.min(month.endOf('month').startOf('day'), last)
    windows.push({ from: from.toFormat('yyyy-MM-dd'), to: to.toFormat('yyyy-MM-dd') })
  }
  return windows
}

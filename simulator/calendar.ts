import { badParameter } from './faults.ts'

/** `2026-05-01T09:00:00Z`, from seconds. */
export function iso(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
}

/** `05/01/2026 09:00`: what user reports use for some times, without a zone. */
export function american(seconds: number): string {
  const text = iso(seconds)
  return `${text.slice(5, 7)}/${text.slice(8, 10)}/${text.slice(0, 4)} ${text.slice(11, 16)}`
}

export interface Window {
  from: string
  to: string
  /** Seconds, [start, end). */
  start: number
  end: number
}

/** Midnight UTC of a `YYYY-MM-DD` parameter (a time of day after it is allowed and dropped), in seconds. Throws code 300. */
export function dayOf(value: string | undefined, name: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T]\d{2}:\d{2}:\d{2}Z?)?$/.exec(value ?? '')
  const time = match === null ? Number.NaN : Date.parse(`${match[1]}T00:00:00Z`)
  if (Number.isNaN(time)) throw badParameter(name)
  return time / 1000
}

/** The same day some calendar months away, in seconds; the 31st falls back to the last of a shorter month. */
export function shiftMonths(seconds: number, months: number): number {
  const date = new Date(seconds * 1000)
  const dayOfMonth = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(dayOfMonth, last))
  return date.getTime() / 1000
}

/**
 * The window of a listing by dates, both days included. Reports hold one month at once: a longer range is
 * answered for its last month only, and the answer's own `from` says so.
 */
export function clippedWindow(query: URLSearchParams): Window {
  const asked = dayOf(query.get('from') ?? undefined, 'from')
  const to = dayOf(query.get('to') ?? undefined, 'to')
  if (asked > to) throw badParameter('from')
  const start = Math.max(asked, shiftMonths(to, -1))
  return { from: iso(start).slice(0, 10), to: iso(to).slice(0, 10), start, end: to + 86_400 }
}

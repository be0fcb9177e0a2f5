import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'

/**
 * The figures of the attendees of a report of 2020, counted from its text by other means than rollcall's: another
 * parser, the clock taken as it stands without any time zone, people by e-mail, and presence second by second
 * instead of by intervals.
 */
export interface OracleFigures {
  /** Attended = Yes rows of the section. */
  rows: number
  people: number
  /** Stretches of unbroken presence, over all people. */
  sessions: number
  /** Sum of leave - join over rows, as they stand. */
  connected_seconds: number
  /** Seconds in which each person was there, over all people. */
  presence_seconds: number
  /** Most people there in one second. */
  peak: number
  /** E-mails, of any row, with a registration time. */
  registrations: number
  /** Rows whose `Time in Session` is their length in minutes, rounded up. */
  rows_with_rounded_minutes: number
  /** Rows that end when they begin, or before. */
  rows_without_length: number
}

/** Reads the file at once, so it is for the fixture's size. Valid where the clock did not change meanwhile. */
export function attendeeFigures(path: string): OracleFigures {
  const rows: string[][] = parse(readFileSync(path, 'utf8'), { bom: true, relax_column_count: true })
  const begin = rows.findIndex(([first]) => first === 'Attendee Details') + 2
  const end = rows.findIndex(([first]) => first === 'Other Attended')
  const names = rows[begin - 1] ?? []
  const records = rows
    .slice(begin, end === -1 ? undefined : end)
    .map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])))

  const attended = records.filter((record) => record.Attended === 'Yes')
  const connections = attended.map((record) => {
    const [join, leave] = [secondOf(record['Join Time']), secondOf(record['Leave Time'])]
    return {
      email: (record.Email ?? '').trim().toLowerCase(),
      join,
      leave,
      minutes: Number(record['Time in Session (minutes)']),
    }
  })
  const first = connections.reduce((least, { join }) => Math.min(least, join), Number.POSITIVE_INFINITY)
  const last = connections.reduce((most, { leave }) => Math.max(most, leave), 0)

  const crowd = new Uint32Array(last - first)
  let [sessions, presence_seconds] = [0, 0]
  const people = Map.groupBy(connections, ({ email }) => email)
  for (const own of people.values()) {
    const isThere = new Uint8Array(last - first)
    for (const { join, leave } of own) if (leave > join) isThere.fill(1, join - first, leave - first)
    for (let second = 0; second < isThere.length; second += 1) {
      if (isThere[second] === 0) continue
      presence_seconds += 1
      crowd[second] = (crowd[second] ?? 0) + 1
      if (second === 0 || isThere[second - 1] === 0) sessions += 1
    }
  }
  const lengths = connections.map(({ join, leave, minutes }) => ({ seconds: leave - join, minutes }))
  const registered = records.filter((record) => /\d{4}/.test(record['Registration Time'] ?? ''))
  return {
    rows: attended.length,
    people: people.size,
    sessions,
    connected_seconds: lengths.reduce((sum, { seconds }) => sum + seconds, 0),
    presence_seconds,
    peak: crowd.reduce((most, each) => Math.max(most, each), 0),
    registrations: new Set(registered.map((record) => (record.Email ?? '').trim().toLowerCase())).size,
    rows_with_rounded_minutes: lengths.filter(({ seconds, minutes }) => Math.ceil(seconds / 60) === minutes)
      .length,
    rows_without_length: lengths.filter(({ seconds }) => seconds <= 0).length,
  }
}

/** `Mar 28, 2020 09:07:39`, which the language reads as it stands when told that it is UTC. */
function secondOf(cell = ''): number {
  const moment_ms = Date.parse(`${cell} UTC`)
  if (Number.isNaN(moment_ms)) throw new TypeError(`no time: ${cell}`)
  return moment_ms / 1_000
}

import type { RawRow } from '../raw/columns.ts'
import { typedText, wholeNumberOf, yesOrNo, zoomValue } from './cells.ts'
import { excerpt } from './csvReportError.ts'
import { parseLocalTime } from './localTime.ts'
import { finderOf, type ReportContext, type RowReading } from './reportRow.ts'
import type { SectionName, SectionTable } from './sections.ts'

const roles: Readonly<Record<SectionName, 'host' | 'panelist' | 'attendee' | 'other'>> = {
  'Host Details': 'host',
  'Panelist Details': 'panelist',
  'Attendee Details': 'attendee',
  'Other Attended': 'other',
}

export const userNameColumns = [
  'user name (original name)',
  'user name',
  'name (original name)',
  'name',
] as const

/** A webinar lasts 30 hours at most and its room opens early; a join further off is a date misread. */
const farthest_ms = 2 * 86_400_000

/**
 * Whether a row says that somebody came. Null where its `Attended` is neither Yes nor No. `Other Attended`
 * (phone callers, for one) has no such column.
 */
export function attendedOf(table: SectionTable, cells: readonly string[]): boolean | null {
  const cell = finderOf(table)(cells, 'attended')
  return cell === undefined && table.section === 'Other Attended' ? true : yesOrNo(cell)
}

/**
 * One connection, from a row that says Attended = Yes. `user_id`, registrant and Zoom user are unknown to the
 * portal. `Time in Session` is whole minutes rounded up, so `duration_seconds` stays null and `raw` keeps it.
 * A leave before the join is kept as it stands.
 */
export function readParticipant(
  table: SectionTable,
  cells: readonly string[],
  context: ReportContext,
): RowReading<RawRow & { role: string }> & { isSkippedHour?: boolean } {
  const cellOf = finderOf(table)
  const attended = attendedOf(table, cells)
  if (attended === null) {
    return { problem: `Attended is ${excerpt(cellOf(cells, 'attended') ?? '')}, neither Yes nor No` }
  }
  if (!attended) return { problem: 'Attended is No' }
  const times = connectionOf(cellOf(cells, 'join time'), cellOf(cells, 'leave time'), context, () =>
    wholeNumberOf(cellOf(cells, 'time in session (minutes)')),
  )
  if ('problem' in times) return times
  const isGuest = yesOrNo(cellOf(cells, 'is guest'))
  // The display name is what other sources call the name; who used somebody's link shows in it.
  const registeredName = [typedText(cellOf(cells, 'first name')), typedText(cellOf(cells, 'last name'))]
  const row = {
    name: typedText(cellOf(cells, ...userNameColumns)) ?? (registeredName.filter(Boolean).join(' ') || null),
    email: zoomValue(cellOf(cells, 'email', 'email address', 'user email')),
    join_time: times.join_ms,
    leave_time: times.leave_ms,
    duration_seconds: null,
    status: 'in_meeting',
    role: roles[table.section],
    is_internal: isGuest === null ? null : !isGuest,
    country: zoomValue(cellOf(cells, 'country/region name')),
  }
  return { row, isSkippedHour: times.isSkippedHour }
}

function connectionOf(
  joinCell: string | undefined,
  leaveCell: string | undefined,
  context: ReportContext,
  minutesOf: () => number | null,
): { join_ms: number; leave_ms: number | null; isSkippedHour: boolean } | { problem: string } {
  const joinText = zoomValue(joinCell)
  if (joinText === null) return { problem: 'Attended is Yes, but Join Time is empty' }
  const join = parseLocalTime(joinText)
  if ('problem' in join) return { problem: `Join Time ${excerpt(joinText)} ${join.problem}` }
  const joins = context.zone.moments(join.local_ms)
  const end_ms = context.end_ms ?? context.start_ms
  if (joins.moments[0] < context.start_ms - farthest_ms || joins.moments[0] > end_ms + farthest_ms) {
    return { problem: `Join Time ${excerpt(joinText)} is days away from the webinar: is its month its day?` }
  }
  const leaveText = zoomValue(leaveCell)
  if (leaveText === null) return { join_ms: joins.moments[0], leave_ms: null, isSkippedHour: joins.isSkipped }
  const leave = parseLocalTime(leaveText)
  if ('problem' in leave) return { problem: `Leave Time ${excerpt(leaveText)} ${leave.problem}` }
  const leaves = context.zone.moments(leave.local_ms)
  const isSkippedHour = joins.isSkipped || leaves.isSkipped
  const [join_ms, leave_ms] = likeliest(joins.moments, leaves.moments, minutesOf)
  return { join_ms, leave_ms, isSkippedHour }
}

/**
 * In the hour that clocks show twice a join or leave has two readings. The first pair is taken that lasts as long
 * as Zoom's minutes say, else the first that does not end before it begins, else the first.
 */
function likeliest(
  joins: readonly [number, ...number[]],
  leaves: readonly [number, ...number[]],
  minutesOf: () => number | null,
): [number, number] {
  const first: [number, number] = [joins[0], leaves[0]]
  if (joins.length === 1 && leaves.length === 1) return first
  const pairs = joins.flatMap((join) => leaves.map((leave): [number, number] => [join, leave]))
  const forward = pairs.filter(([join, leave]) => leave >= join)
  const minutes = minutesOf()
  return (
    forward.find(([join, leave]) => Math.ceil((leave - join) / 60_000) === minutes) ?? forward[0] ?? first
  )
}

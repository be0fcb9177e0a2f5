import type { RawRow } from '../raw/columns.ts'
import { columnKey, typedText, zoomValue } from './cells.ts'
import { excerpt } from './csvReportError.ts'
import { parseLocalTime } from './localTime.ts'
import { attendedOf, userNameColumns } from './participantRow.ts'
import { finderOf, type ReportContext, type RowReading } from './reportRow.ts'
import type { SectionTable } from './sections.ts'

/** Columns that are no answers to registration questions. All others are, Zoom's own (`Phone`) and the host's. */
const reportColumns = new Set<string>([
  'attended',
  ...userNameColumns,
  'first name',
  'last name',
  'email',
  'email address',
  'user email',
  'registration time',
  'approval status',
  'join time',
  'leave time',
  'time in session (minutes)',
  'is guest',
  'country/region name',
  'source name',
  'organization',
  'job title',
  'city',
  'country/region',
])

/**
 * Zoom's words to the raw zone's. A registrant made a panelist was approved before, and `raw` keeps the difference.
 * A word not seen yet stays as Zoom wrote it, in lower case.
 */
const statuses: Readonly<Record<string, string>> = {
  'upgraded to panelist': 'approved',
  'pending approval': 'pending',
  declined: 'denied',
  canceled: 'cancelled',
  'cancelled by self': 'cancelled',
  'cancelled by host': 'cancelled',
}

/**
 * Whether a row tells of a registration: it has a registration time or an approval status. A later connection of
 * the same registrant may have neither. Who is listed without having come has registered, or they would not be.
 */
export function tellsOfRegistration(table: SectionTable, cells: readonly string[]): boolean {
  if (table.section !== 'Attendee Details') return false
  const cellOf = finderOf(table)
  const values = [zoomValue(cellOf(cells, 'registration time')), zoomValue(cellOf(cells, 'approval status'))]
  return values.some((value) => value !== null) || attendedOf(table, cells) === false
}

/** One registration. Times that clocks showed twice are taken as the earlier moment. */
export function readRegistrant(
  table: SectionTable,
  cells: readonly string[],
  context: ReportContext,
): RowReading<RawRow & { email: string | null; registered_at: number | null }> {
  const cellOf = finderOf(table)
  const timeText = zoomValue(cellOf(cells, 'registration time'))
  const time = timeText === null ? null : parseLocalTime(timeText)
  if (time !== null && 'problem' in time) {
    return { problem: `Registration Time ${excerpt(timeText ?? '')} ${time.problem}` }
  }
  const status = zoomValue(cellOf(cells, 'approval status'))?.toLowerCase() ?? null
  const row = {
    registrant_id: null,
    email: zoomValue(cellOf(cells, 'email', 'email address', 'user email')),
    first_name: typedText(cellOf(cells, 'first name')),
    last_name: typedText(cellOf(cells, 'last name')),
    status: status === null ? null : (statuses[status] ?? status),
    registered_at: time === null ? null : context.zone.moments(time.local_ms).moments[0],
    tracking_source: zoomValue(cellOf(cells, 'source name')),
    organization: typedText(cellOf(cells, 'organization')),
    job_title: typedText(cellOf(cells, 'job title')),
    city: typedText(cellOf(cells, 'city')),
    country: typedText(cellOf(cells, 'country/region')),
    custom_answers: answersOf(table, cells),
  }
  return { row }
}

const questionPositions = new WeakMap<SectionTable, number[]>()

/** JSON array of `{title, value}` in the order of the columns; unanswered questions are left out. */
function answersOf(table: SectionTable, cells: readonly string[]): string | null {
  let positions = questionPositions.get(table)
  if (positions === undefined) {
    positions = table.columns.flatMap((title, index) => (reportColumns.has(columnKey(title)) ? [] : [index]))
    questionPositions.set(table, positions)
  }
  const answers = positions.flatMap((index) => {
    const value = typedText(cells[index])
    return value === null ? [] : [{ title: table.columns[index], value }]
  })
  return answers.length === 0 ? null : JSON.stringify(answers)
}

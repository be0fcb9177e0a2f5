import { contextOf } from './csvPage.ts'
import { CsvReportError } from './csvReportError.ts'
import type { ReportZone } from './localTime.ts'
import { attendedOf, readParticipant } from './participantRow.ts'
import { readRegistrant, tellsOfRegistration } from './registrantRow.ts'
import { type ReportHeader, readHeader } from './reportHeader.ts'
import type { ReportContext } from './reportRow.ts'
import type { ReportItem } from './sections.ts'

type Row = Extract<ReportItem, { kind: 'row' }>
type Broken = Extract<ReportItem, { kind: 'broken' }>

export interface ReportCounts {
  /** Rows that say Attended = Yes and could be read, by section. */
  host: number
  panelist: number
  attendee: number
  other: number
  /** Rows that say No. */
  absent: number
  registrations: number
}

/**
 * A first reading of the whole report: what has to be known before its first page can be written. It holds no rows,
 * only an entry for each e-mail that registered.
 */
export class ReportSurvey {
  readonly counts: ReportCounts = { host: 0, panelist: 0, attendee: 0, other: 0, absent: 0, registrations: 0 }
  readonly #zone: ReportZone
  readonly #file: string
  #report: {
    item: Extract<ReportItem, { kind: 'header' }>
    header: ReportHeader
    context: ReportContext
  } | null = null
  #host: { name: string | null; email: string | null } | null = null
  #participants = 0
  #skippedHours = 0
  #attendeeRows = 0
  #absentStaff = 0
  #lastLine = 1
  #hasRegistrationColumns = false
  #problems: { count: number; first: { line: number; reason: string } | null } = { count: 0, first: null }
  readonly #registrations = new Map<string, { line: number; registered_at: number }>()
  readonly #unreadRegistrations = new Set<number>()

  constructor(zone: ReportZone, file: string) {
    this.#zone = zone
    this.#file = file
  }

  /** Throws `CsvReportError` where the header cannot be read. */
  add(item: ReportItem): void {
    this.#lastLine = item.line
    if (item.kind === 'header') {
      const header = readHeader(item, this.#zone, this.#file)
      this.#report = { item, header, context: contextOf(this.#zone, header) }
    } else if (item.kind === 'broken') {
      this.#participants += 1
      this.#problem(item.line, item.reason)
    } else {
      this.#addRow(item, this.report().context)
    }
  }

  /** Throws `CsvReportError` before the header has come. */
  report() {
    if (this.#report !== null) return this.#report
    const expected = 'the values of the columns "Topic, Webinar ID, Actual Start Time"'
    throw new CsvReportError({ file: this.#file, line: this.#lastLine, found: 'no header', expected })
  }

  /** Rows and broken records that the participants' pages hold. */
  get participants(): number {
    return this.#participants
  }

  get host(): { name: string | null; email: string | null } {
    return this.#host ?? { name: null, email: null }
  }

  /** Lines of the rows that the registrants' pages hold: for each e-mail the earliest, and what could not be read. */
  registrantLines(): Set<number> {
    return new Set([
      ...this.#unreadRegistrations,
      ...[...this.#registrations.values()].map(({ line }) => line),
    ])
  }

  /** A report of a webinar without registration says nothing of registrants, which is not that nobody registered. */
  get tellsOfRegistrants(): boolean {
    return this.#hasRegistrationColumns || this.#registrations.size > 0 || this.#unreadRegistrations.size > 0
  }

  /** The record for a report that promises people and has none of them; null where nothing of the kind is missing. */
  missing(): Broken | null {
    const { registered, uniqueViewers } = this.report().header
    if (this.#attendeeRows > 0 || ((registered ?? 0) === 0 && (uniqueViewers ?? 0) === 0)) return null
    const reason = `the report ends without any attendee, though Zoom counted ${registered ?? 0} registered and ${uniqueViewers ?? 0} unique viewers: the file is cut off`
    return { kind: 'broken', line: this.#lastLine, reason, text: '' }
  }

  /** What somebody who imports the report should know, a sentence each. */
  notes(): string[] {
    const notes: string[] = []
    const { count, first } = this.#problems
    if (first !== null) {
      notes.push(
        `${count} ${count === 1 ? 'row' : 'rows'} could not be read; the first is line ${first.line}: ${first.reason}`,
      )
    }
    if (this.#skippedHours > 0) {
      const times = `${this.#skippedHours} ${this.#skippedHours === 1 ? 'row has' : 'rows have'}`
      notes.push(
        `${times} times in an hour that ${this.#zone.name} skipped for summer time: is it the right time zone?`,
      )
    }
    if (this.#absentStaff > 0)
      notes.push(
        `${this.#absentStaff} hosts or panelists did not come; only attendees' absences are imported`,
      )
    return notes
  }

  #addRow(row: Row, context: ReportContext): void {
    const { table, cells, line } = row
    if (table.section === 'Attendee Details') {
      this.#attendeeRows += 1
      this.#hasRegistrationColumns ||= table.columns.some((name) =>
        /^(registration time|approval status)$/i.test(name),
      )
      if (tellsOfRegistration(table, cells)) this.#addRegistration(row, context)
    }
    if (attendedOf(table, cells) === false) {
      this.counts.absent += 1
      if (table.section !== 'Attendee Details') this.#absentStaff += 1
      return
    }
    this.#participants += 1
    const reading = readParticipant(table, cells, context)
    if ('problem' in reading) {
      this.#problem(line, reading.problem)
      return
    }
    this.counts[reading.row.role as 'host' | 'panelist' | 'attendee' | 'other'] += 1
    if (reading.isSkippedHour) this.#skippedHours += 1
    if (table.section === 'Host Details' && this.#host === null) {
      this.#host = { name: textOrNull(reading.row.name), email: textOrNull(reading.row.email) }
    }
  }

  #addRegistration({ table, cells, line }: Row, context: ReportContext): void {
    const reading = readRegistrant(table, cells, context)
    if ('problem' in reading) {
      this.#unreadRegistrations.add(line)
      this.#problem(line, reading.problem)
      return
    }
    const { email, registered_at } = reading.row
    // A copy: a piece of a string keeps in memory all of the chunk it was cut from.
    const key = email === null ? `line ${line}` : Buffer.from(email.toLowerCase()).toString()
    const known = this.#registrations.get(key)
    const at = registered_at ?? Number.POSITIVE_INFINITY
    if (known === undefined || at < known.registered_at)
      this.#registrations.set(key, { line, registered_at: at })
    this.counts.registrations = this.#registrations.size
  }

  #problem(line: number, reason: string): void {
    this.#problems.count += 1
    this.#problems.first ??= { line, reason }
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

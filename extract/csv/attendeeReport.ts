import type { Subject } from '../streams.ts'
import type { Page } from '../zoom/endpoint.ts'
import { type CsvPageBody, type CsvStream, parseCsvPage } from './csvPage.ts'
import { CsvReportError } from './csvReportError.ts'
import { ReportZone } from './localTime.ts'
import { attendedOf } from './participantRow.ts'
import type { ReportHeader } from './reportHeader.ts'
import { diskEffects, type ReportEffects, reportItems } from './reportItems.ts'
import { type ReportCounts, ReportSurvey } from './reportSurvey.ts'
import type { ReportItem, SectionTable } from './sections.ts'

export { parseCsvPage }

const pageRows = 1_000

export interface AttendeeReportOptions {
  /** IANA name. The file has none: its times are in the zone of the account that exported it. */
  timezone: string
  /** For messages and provenance, without its folder. */
  fileName: string
}

/** A page for the journal: the text to append and what `parseCsvPage` makes of it. */
export interface JournalPage {
  text: string
  page: Page
}

export interface ReportStream {
  stream: CsvStream
  subject: Subject
  /** May be read once or again; each reading reads the file. Throws `CsvReportError` where the file has changed. */
  pages: AsyncIterable<JournalPage>
}

export interface ReportPages {
  /** The instance, `csv:<webinar id>:<YYYY-MM-DDTHH:MM of the start, UTC>`. */
  subject: Subject
  /** `registrants` is absent where the report says nothing of registration. */
  streams: ReportStream[]
  header: ReportHeader
  counts: ReportCounts
  /** What somebody who imports the report should know, a sentence each. */
  notes: string[]
}

/**
 * Reads the attendee report that Zoom's portal exports for one instance of a webinar. The file is read through
 * once here, and again for each stream whose pages are taken, so that its rows are never all in memory.
 *
 * Throws `CsvReportError` where the file is no attendee report, `RangeError` where the time zone is none.
 */
export async function readAttendeeReport(
  path: string,
  options: AttendeeReportOptions,
  effects: ReportEffects = diskEffects,
): Promise<ReportPages> {
  const file = options.fileName
  const zone = new ReportZone(options.timezone)
  const survey = new ReportSurvey(zone, file)
  for await (const items of reportItems(path, file, effects)) for (const item of items) survey.add(item)
  const missing = survey.missing()
  if (missing !== null) survey.add(missing)
  const { item, header } = survey.report()

  const minute = header.startTime.slice(0, 16)
  const subject = subjectOf(header, minute)
  const shared = {
    format: 'zoom-attendee-report/1' as const,
    file,
    timezone: zone.name,
    instance_uuid: `csv:${header.webinarId}:${minute}`,
    header: { line: item.line, columns: item.columns, cells: item.cells, generated: item.generated },
    host: survey.host,
    page_size: pageRows,
  }
  const registrantLines = survey.registrantLines()
  const streamOf = (stream: CsvStream, about: Subject, total: number, items: () => Items): ReportStream => {
    return { stream, subject: about, pages: pagesOf({ ...shared, stream, total }, items) }
  }
  const again = (): Items => itemsWith(reportItems(path, file, effects), missing)
  const streams = [
    streamOf('instances', subject, 1, () => itemsWith([], item)),
    streamOf('participants', subject, survey.participants, () => only(again(), isParticipant)),
  ]
  if (survey.tellsOfRegistrants) {
    const about = { key: `webinar:${header.webinarId}:csv=${minute}`, webinarId: header.webinarId }
    const isRegistrant = (each: ReportItem): boolean => each.kind === 'row' && registrantLines.has(each.line)
    streams.push(streamOf('registrants', about, registrantLines.size, () => only(again(), isRegistrant)))
  }
  return { subject, streams, header, counts: survey.counts, notes: survey.notes() }
}

function subjectOf(header: ReportHeader, minute: string): Subject {
  const instanceUuid = `csv:${header.webinarId}:${minute}`
  const { startTime, durationMinutes } = header
  const end = durationMinutes === null ? {} : { instanceEnd: later(startTime, durationMinutes) }
  const key = `instance:${instanceUuid}`
  return { key, webinarId: header.webinarId, instanceUuid, instanceStart: startTime, ...end }
}

function later(time: string, minutes: number): string {
  return new Date(Date.parse(time) + minutes * 60_000).toISOString()
}

function isParticipant(item: ReportItem): boolean {
  if (item.kind === 'row') return attendedOf(item.table, item.cells) !== false
  return item.kind === 'broken'
}

type Items = AsyncIterable<ReportItem[]>

async function* itemsWith(batches: Items | ReportItem[][], last: ReportItem | null): Items {
  yield* batches
  if (last !== null) yield [last]
}

async function* only(batches: Items, includes: (item: ReportItem) => boolean): Items {
  for await (const items of batches) yield items.filter(includes)
}

type PageFrame = Omit<CsvPageBody, 'page_number' | 'is_last' | 'tables' | 'rows' | 'broken'>

/** A stream's pages. An empty stream has one page, so that its emptiness is captured too. */
function pagesOf(frame: PageFrame, items: () => Items): AsyncIterable<JournalPage> {
  return {
    async *[Symbol.asyncIterator]() {
      let taken: ReportItem[] = []
      let written = 0
      let page_number = 0
      const page = (): JournalPage => {
        page_number += 1
        written += taken.length
        const body = bodyOf(frame, taken, page_number, written === frame.total)
        taken = []
        return { text: JSON.stringify(body), page: parseCsvPage(frame.stream, body) }
      }
      for await (const batch of items()) {
        for (const item of batch) {
          if (taken.length === frame.page_size) yield page()
          taken.push(item)
        }
      }
      if (written + taken.length !== frame.total) {
        const found = `${written + taken.length} ${frame.stream}`
        const expected = `${frame.total}, as when it was read before; import it again, unchanged`
        throw new CsvReportError({ file: frame.file, line: null, found, expected })
      }
      yield page()
    },
  }
}

function bodyOf(
  frame: PageFrame,
  items: readonly ReportItem[],
  page_number: number,
  is_last: boolean,
): CsvPageBody {
  const tables: SectionTable[] = []
  const rows: CsvPageBody['rows'] = []
  const broken: CsvPageBody['broken'] = []
  for (const item of items) {
    if (item.kind === 'row') {
      if (!tables.includes(item.table)) tables.push(item.table)
      rows.push({ line: item.line, table: tables.indexOf(item.table), cells: item.cells })
    } else if (item.kind === 'broken') {
      broken.push({ line: item.line, reason: item.reason, text: item.text })
    }
  }
  return { ...frame, page_number, is_last, tables, rows, broken }
}

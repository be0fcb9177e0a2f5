import { z } from 'zod'
import type { RawRow } from '../raw/columns.ts'
import type { DataStream } from '../streams.ts'
import type { Page, ParsedRow, Reject } from '../zoom/endpoint.ts'
import { CsvReportError } from './csvReportError.ts'
import { ReportZone } from './localTime.ts'
import { readParticipant } from './participantRow.ts'
import { readRegistrant } from './registrantRow.ts'
import { readHeader } from './reportHeader.ts'
import { type ReportContext, type RowReading, rawOf } from './reportRow.ts'
import { type SectionTable, sectionNames } from './sections.ts'

const csvStreams = ['instances', 'participants', 'registrants'] as const
export type CsvStream = (typeof csvStreams)[number]

/**
 * A page of a report as the journal keeps it: cells as Zoom wrote them, and all it takes to read them again
 * without the file. Line numbers are the file's.
 */
const csvPageBody = z.object({
  format: z.literal('zoom-attendee-report/1'),
  stream: z.enum(csvStreams),
  file: z.string(),
  timezone: z.string(),
  instance_uuid: z.string(),
  header: z.object({
    line: z.int(),
    columns: z.array(z.string()),
    cells: z.array(z.string()),
    generated: z.string().nullable(),
  }),
  /** From the first row of Host Details. */
  host: z.object({ name: z.string().nullable(), email: z.string().nullable() }),
  page_number: z.int().min(1),
  page_size: z.int().min(1),
  total: z.int().min(0),
  is_last: z.boolean(),
  tables: z.array(z.object({ section: z.enum(sectionNames), columns: z.array(z.string()) })),
  rows: z.array(z.object({ line: z.int(), table: z.int(), cells: z.array(z.string()) })),
  broken: z.array(z.object({ line: z.int(), reason: z.string(), text: z.string() })),
})
export type CsvPageBody = z.infer<typeof csvPageBody>

/**
 * The rows of a journaled page of a report. Never throws: what cannot be understood becomes a reject, whose
 * `rowNumber` is the line of the file; a body that is no such page becomes one reject without a line.
 */
export function parseCsvPage(stream: DataStream, body: unknown): Page {
  const parsed = csvPageBody.safeParse(body)
  if (!parsed.success) return refusedPage(body, `no page of a CSV report: ${z.prettifyError(parsed.error)}`)
  if (parsed.data.stream !== stream) {
    return refusedPage(body, `a page of ${parsed.data.stream} where ${stream} was expected`)
  }
  const read = pageReader(parsed.data)
  if (typeof read === 'string') return refusedPage(body, read)
  return read(parsed.data)
}

/** Context of the page and the reading of its stream; or why header or time zone do not allow any. */
function pageReader(body: CsvPageBody): ((body: CsvPageBody) => Page) | string {
  try {
    const zone = new ReportZone(body.timezone)
    const header = readHeader({ kind: 'header', ...body.header }, zone, body.file)
    const context = contextOf(zone, header)
    if (body.stream === 'instances') return () => pageOf(body, [instanceRow(body, header, context)], [])
    const read = body.stream === 'participants' ? readParticipant : readRegistrant
    return () => rowsPage(body, (table, cells) => read(table, cells, context))
  } catch (error) {
    if (error instanceof CsvReportError || error instanceof RangeError) return error.message
    throw error
  }
}

/** What the rows of a report are read with, from its header. */
export function contextOf(
  zone: ReportZone,
  header: { startTime: string; durationMinutes: number | null },
): ReportContext {
  const start_ms = Date.parse(header.startTime)
  const { durationMinutes } = header
  return { zone, start_ms, end_ms: durationMinutes === null ? null : start_ms + durationMinutes * 60_000 }
}

function rowsPage(
  body: CsvPageBody,
  read: (table: SectionTable, cells: readonly string[]) => RowReading<RawRow>,
): Page {
  const rows: ParsedRow[] = []
  const rejects: Reject[] = body.broken.map(({ line, reason, text }) => ({
    rowNumber: line,
    reason: `line ${line}: ${reason}`,
    raw: text,
  }))
  for (const { line, table: index, cells } of body.rows) {
    const table = body.tables[index]
    const reading = table ? read(table, cells) : { problem: `section ${index} is not in the page` }
    const raw = rawOf(table?.section ?? '', table?.columns ?? [], cells)
    if ('row' in reading) rows.push({ row: reading.row, raw })
    else rejects.push({ rowNumber: line, reason: `line ${line}: ${reading.problem}`, raw })
  }
  rejects.sort((a, b) => (a.rowNumber ?? 0) - (b.rowNumber ?? 0))
  return pageOf(body, rows, rejects)
}

function instanceRow(
  body: CsvPageBody,
  header: ReturnType<typeof readHeader>,
  context: ReportContext,
): ParsedRow {
  const row = {
    zoom_uuid: body.instance_uuid,
    topic: header.topic,
    host_email: body.host.email,
    host_name: body.host.name,
    start_time: context.start_ms,
    end_time: context.end_ms,
    duration_minutes: header.durationMinutes,
    participants_count: null,
    unique_viewers: header.uniqueViewers,
    max_concurrent_views: header.maxConcurrentViews,
    registrants_count: header.registered,
    cancelled_count: header.cancelled,
    total_users: header.totalUsers,
  }
  const { columns, cells, generated } = body.header
  const shown = columns.map((_, index) => cells[index] ?? '')
  return { row, raw: rawOf('Attendee Report', [...columns, 'Report Generated'], [...shown, generated ?? '']) }
}

function pageOf(body: CsvPageBody, rows: ParsedRow[], rejects: Reject[]): Page {
  const nextPageToken = body.is_last ? null : String(body.page_number + 1)
  return { rows, rejects, nextPageToken, totalRecords: body.total, pageSize: body.page_size }
}

function refusedPage(body: unknown, reason: string): Page {
  const rejects = [{ rowNumber: null, reason, raw: JSON.stringify(body) ?? 'undefined' }]
  return { rows: [], rejects, nextPageToken: null, totalRecords: null, pageSize: null }
}

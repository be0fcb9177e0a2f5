import {
  type JournalPage,
  type ReportPages,
  readAttendeeReport,
} from '../../../extract/csv/attendeeReport.ts'
import type { CsvStream } from '../../../extract/csv/csvPage.ts'
import type { ParsedRow, Reject } from '../../../extract/zoom/endpoint.ts'

/** Reads a report from memory, in chunks of so many bytes. */
export function readText(
  content: string | Uint8Array,
  { timezone = 'UTC', chunk_bytes = 65_536 } = {},
): Promise<ReportPages> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const effects = {
    async *read() {
      for (let at = 0; at < bytes.length; at += chunk_bytes) yield bytes.subarray(at, at + chunk_bytes)
    },
  }
  return readAttendeeReport('report.csv', { timezone, fileName: 'report.csv' }, effects)
}

/** All rows and rejects of a stream; none where the report has no such stream. */
export async function allOf(
  report: ReportPages,
  stream: CsvStream,
): Promise<{ rows: ParsedRow[]; rejects: Reject[] }> {
  const rows: ParsedRow[] = []
  const rejects: Reject[] = []
  for await (const { page } of report.streams.find((each) => each.stream === stream)?.pages ?? []) {
    rows.push(...page.rows)
    rejects.push(...page.rejects)
  }
  return { rows, rejects }
}

export async function participantsOf(content: string | Uint8Array, timezone = 'UTC') {
  const { rows, rejects } = await allOf(await readText(content, { timezone }), 'participants')
  return { rows: rows.map(({ row }) => row), raws: rows.map(({ raw }) => JSON.parse(raw)), rejects }
}

export async function registrantsOf(content: string | Uint8Array, timezone = 'UTC') {
  const { rows, rejects } = await allOf(await readText(content, { timezone }), 'registrants')
  return { rows: rows.map(({ row }) => row), raws: rows.map(({ raw }) => JSON.parse(raw)), rejects }
}

export const iso = (moment: unknown): string | null =>
  typeof moment === 'number' ? new Date(moment).toISOString() : null

/** The pages of a stream, in order; none where the report has no such stream. */
export async function pagesOf(report: ReportPages, stream: CsvStream): Promise<JournalPage[]> {
  const pages: JournalPage[] = []
  for await (const page of report.streams.find((each) => each.stream === stream)?.pages ?? [])
    pages.push(page)
  return pages
}

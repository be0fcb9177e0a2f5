import path from 'node:path'
import { UsageError } from '../cliError.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import type { AttendanceReport } from '../report/attendanceReport.ts'
import { attendanceCsv } from '../report/csv.ts'
import { attendancePage } from '../report/page.ts'
import { readAttendanceReport } from '../report/report.ts'
import { showAttendanceReport } from '../report/text.ts'
import { verdict, zoneOf } from '../report/words.ts'
import { reading, type Session } from '../session.ts'
import { writeWhole } from '../wholeFile.ts'

const formats = ['text', 'csv', 'xlsx', 'html'] as const
type Format = (typeof formats)[number]

export interface ReportOptions extends GlobalOptions {
  format?: Format
  out?: string
  all?: boolean
  timezone?: string
}

/** `rollcall report [WEBINAR]`: the attendance of a webinar, as its organiser wants it the next morning. */
export async function report(wanted: string | undefined, options: ReportOptions): Promise<void> {
  const format = formatOf(options)
  await reading(options, async (session) => {
    const found = await readAttendanceReport(session.config.dataDir, wanted, options.all === true)
    const zone = zoneOf(found, options.timezone)
    session.output.json(found)
    if (format === 'text') {
      showAttendanceReport(found, zone, session.output)
      return
    }
    await write(found, zone, format, options, session)
    if (!found.isAttendanceComplete) session.output.warn(verdict(found))
  })
}

async function write(
  found: AttendanceReport,
  zone: string,
  format: Exclude<Format, 'text'>,
  { out, json }: ReportOptions,
  { output }: Session,
): Promise<void> {
  const content = await contentOf[format](found, zone)
  if (out === undefined) {
    if (!json) process.stdout.write(content)
    return
  }
  await writeWhole(out, content)
  output.done(`The report is ${path.resolve(out)}`)
}

const contentOf = {
  csv: attendanceCsv,
  html: attendancePage,
  async xlsx(found: AttendanceReport, zone: string) {
    const { attendanceXlsx } = await import('../report/xlsx.ts')
    return attendanceXlsx(found, zone)
  },
}

/** @throws {UsageError} for an ending that names no format, and a workbook for a terminal */
function formatOf({ format, out }: ReportOptions): Format {
  if (out !== undefined) {
    const ending = path.extname(out).slice(1).toLowerCase().replace(/^htm$/, 'html')
    const named = format ?? formats.find((one) => one === ending)
    if (named === undefined || named === 'text')
      throw new UsageError(`--out ${out}: name it .csv, .xlsx or .html, or give one as --format.`)
    return named
  }
  if (format === 'xlsx' && process.stdout.isTTY)
    throw new UsageError('A terminal cannot show a workbook: name a file with --out FILE.xlsx.')
  return format ?? 'text'
}

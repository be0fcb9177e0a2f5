import { plain } from '../terminal/output.ts'
import type { AttendanceReport } from './attendanceReport.ts'
import { attendeeSheet, type Cell, noShowSheet } from './rows.ts'

/**
 * A report as CSV: a row for everybody who came or had registered, `attended` tells which, and `data` whether the
 * attendance is complete. It begins with a byte order mark, without which Excel takes UTF-8 for something else.
 */
export function attendanceCsv(report: AttendanceReport, zone: string): string {
  const came = attendeeSheet(report, zone)
  const absent = noShowSheet(report, zone)
  const names = [...came.columns.map(({ name }) => name), 'registered_at']
  const data: Cell = { text: report.isAttendanceComplete ? 'complete' : 'not complete' }
  const lines = [
    ['attended', ...names, 'data'],
    ...came.rows.map((row) => [{ text: 'yes' }, ...row, null, data].map(field)),
    ...absent.rows.map((row) => {
      const byName = new Map(absent.columns.map(({ name }, at) => [name, row[at] ?? null]))
      return [{ text: 'no' }, ...names.map((name) => byName.get(name) ?? null), data].map(field)
    }),
  ]
  return `\ufeff${lines.map((line) => `${line.join(',')}\r\n`).join('')}`
}

/**
 * Spreadsheets run a cell that begins so as a formula, in CSV whatever its quotes: a participant named
 * `=HYPERLINK(…)` would be one. An apostrophe before it makes it text (https://owasp.org/www-community/attacks/CSV_Injection).
 */
const formula = /^\s*[=+\-@＝＋－＠]/

function field(cell: Cell): string {
  if (cell === null) return ''
  if ('figure' in cell) return String(cell.figure)
  if ('moment' in cell) return cell.moment
  const shown = plain(cell.text)
  const safe = formula.test(shown) ? `'${shown}` : shown
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

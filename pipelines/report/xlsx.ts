import writeExcelFile, { type Cell as ExcelCell, type Sheet as ExcelSheet } from 'write-excel-file/node'
import { plain } from '../terminal/output.ts'
import type { AttendanceReport } from './attendanceReport.ts'
import { attendeeSheet, type Cell, noShowSheet, type Sheet } from './rows.ts'
import { figureLines, verdict, whenItRan } from './words.ts'

/**
 * A report as a workbook: summary, who came, who did not. Every text is written as a cell of type text, which no
 * spreadsheet runs as a formula, whatever it begins with.
 */
export function attendanceXlsx(report: AttendanceReport, zone: string): Promise<Buffer> {
  const { webinar, noShows } = report
  const summary: ExcelCell[][] = [
    [{ ...label(webinar.topic ?? `Webinar ${webinar.zoomWebinarId}`), fontWeight: 'bold' }],
    [label(whenItRan(report, zone))],
    [{ ...label(verdict(report)), fontWeight: 'bold' }],
    [],
    ...figureLines(report).map(([name, value]) => [label(name), label(value)]),
  ]
  const sheets = [
    { sheet: 'Summary', data: summary, columns: [{ width: 26 }, { width: 40 }] },
    sheetOf('Who came', attendeeSheet(report, zone)),
    ...(noShows.length > 0 ? [sheetOf('Who did not', noShowSheet(report, zone))] : []),
  ]
  return writeExcelFile(sheets).toBuffer()
}

function sheetOf(name: string, { columns, rows }: Sheet): ExcelSheet<never> {
  return {
    sheet: name,
    stickyRowsCount: 1,
    columns: columns.map(({ width }) => ({ width })),
    data: [
      columns.map((column) => ({ ...label(column.name.replaceAll('_', ' ')), fontWeight: 'bold' as const })),
      ...rows.map((row) => row.map(cell)),
    ],
  }
}

function cell(value: Cell): ExcelCell {
  if (value === null) return null
  if ('figure' in value) return { value: value.figure, type: Number }
  // A spreadsheet knows no zones: the moment as the clock on the wall showed it.
  if ('moment' in value)
    return {
      value: new Date(`${value.moment.replace(' ', 'T')}:00Z`),
      type: Date,
      format: 'yyyy-mm-dd hh:mm',
    }
  return label(value.text)
}

/** XML has no place for control characters and halves of characters: a workbook with one does not open. */
function label(text: string) {
  return { value: plain(text).toWellFormed(), type: String }
}

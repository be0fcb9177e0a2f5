import { columnKey, mayHoldJoinLink, withoutJoinLinks, zoomValue } from './cells.ts'
import { CsvReportError } from './csvReportError.ts'
import { otherReport } from './otherReports.ts'
import type { CsvRecord } from './records.ts'

export const sectionNames = [
  'Host Details',
  'Panelist Details',
  'Attendee Details',
  'Other Attended',
] as const
export type SectionName = (typeof sectionNames)[number]

/** The columns of one section, each name once. */
export interface SectionTable {
  section: SectionName
  columns: string[]
}

/** What a report is made of, in the order of the file. `line` counts from 1. */
export type ReportItem =
  | { kind: 'header'; line: number; columns: string[]; cells: string[]; generated: string | null }
  | { kind: 'row'; line: number; table: SectionTable; cells: string[] }
  | { kind: 'broken'; line: number; reason: string; text: string }

const expectedReport =
  'a Zoom webinar "Attendee Report" with the columns "Topic, Webinar ID, Actual Start Time" near its top'

/** Zoom has three lines above the sections; spreadsheets may add empty ones. */
const longestPreambleRecords = 50

/**
 * Tells the parts of an attendee report. The layouts of 2020 to 2026 (an export that ZoomReports publishes, and the
 * columns that public programs quote which read newer ones) differ in column names, in columns, in padding and in
 * which sections there are; they share this order, and nothing else is relied on.
 *
 * States:
 * - `title`: before the columns `Topic, Webinar ID, ...`. Title and "Report Generated" are taken, others skipped;
 *   a title or columns of another report end the reading;
 * - `values`: the next record holds the values of those columns;
 * - `between`: before a section's columns. A section's name (re)enters it; records here are broken, as nobody can
 *   say what their cells mean. Columns without a name before them are the attendees';
 * - `rows`: records are rows of the section, until the next section's name.
 * Records without text are skipped everywhere.
 */
export class SectionReader {
  readonly #file: string
  #state: 'title' | 'values' | 'between' | 'rows' = 'title'
  #records = 0
  #firstRecord: CsvRecord | null = null
  #generated: string | null = null
  #headerColumns: string[] = []
  #section: { name: SectionName; line: number } | null = null
  #table: SectionTable | null = null

  constructor(file: string) {
    this.#file = file
  }

  /** Throws `CsvReportError` where the file shows to be no attendee report, or more than one. */
  push(record: CsvRecord): ReportItem[] {
    const cells = mayHoldJoinLink(record.text) ? record.cells?.map(withoutJoinLinks) : record.cells
    if (!cells) return [this.#broken(record, record.reason ?? 'its cells cannot be told apart')]
    if (cells.every((cell) => cell.trim() === '')) return []
    if (this.#state === 'title') return this.#title(record, cells)
    if (this.#state === 'values') {
      this.#state = 'between'
      const [columns, generated] = [this.#headerColumns, this.#generated]
      return [{ kind: 'header', line: record.line, columns, cells, generated }]
    }
    const mayBeColumns = columnWord.test(record.text)
    if (mayBeColumns && isHeaderColumns(cells)) {
      const expected = 'one report a file; split the file'
      throw new CsvReportError({ file: this.#file, line: record.line, found: record.text, expected })
    }
    const name = sectionNameOf(cells)
    if (name !== null) return this.#enter(name, record.line)
    if (mayBeColumns && isSectionColumns(cells)) return this.#columns(record, cells)
    return this.#state === 'rows'
      ? [this.#row(record, cells)]
      : [this.#broken(record, 'it stands outside any section')]
  }

  /** What the end of the file leaves open. Throws `CsvReportError` where no report was found at all. */
  end(): ReportItem[] {
    if (this.#state === 'title' || this.#state === 'values') this.#refuseFile(this.#firstRecord)
    return this.#unfinished()
  }

  #title(record: CsvRecord, cells: string[]): ReportItem[] {
    this.#firstRecord ??= record
    const other = otherReport(cells)
    if (other !== null) {
      const expected = `an attendee report: this is a Zoom ${other}; export the "Attendee Report" of the webinar instead`
      throw new CsvReportError({ file: this.#file, line: record.line, found: record.text, expected })
    }
    if (isHeaderColumns(cells)) {
      this.#headerColumns = columnsOf(cells)
      this.#state = 'values'
    } else if (columnKey(cells[0] ?? '').startsWith('report generated')) {
      this.#generated = zoomValue(cells[1])
    }
    this.#records += 1
    if (this.#records > longestPreambleRecords) this.#refuseFile(this.#firstRecord)
    return []
  }

  #enter(name: SectionName, line: number): ReportItem[] {
    const unfinished = this.#unfinished()
    this.#section = { name, line }
    this.#state = 'between'
    return unfinished
  }

  #columns(record: CsvRecord, cells: string[]): ReportItem[] {
    const section = this.#section?.name ?? 'Attendee Details'
    const columns = columnsOf(cells)
    const keys = new Set(columns.map(columnKey))
    if (!keys.has('join time') || !keys.has('leave time')) {
      const expected = `the columns "Join Time" and "Leave Time" in ${section}`
      throw new CsvReportError({ file: this.#file, line: record.line, found: record.text, expected })
    }
    this.#table = { section, columns }
    this.#state = 'rows'
    return []
  }

  #row(record: CsvRecord, cells: string[]): ReportItem {
    const table = this.#table
    if (table === null) return this.#broken(record, 'it stands outside any section')
    const width = table.columns.length
    if (cells.length > width && cells.slice(width).some((cell) => cell.trim() !== '')) {
      return this.#broken(record, `it has ${cells.length} cells where ${table.section} has ${width} columns`)
    }
    if (cells.length < width && record.isUnended) {
      return this.#broken(
        record,
        `it is half a row (${cells.length} of ${width} cells): the file is cut off here`,
      )
    }
    return { kind: 'row', line: record.line, table, cells: cells.slice(0, width) }
  }

  #unfinished(): ReportItem[] {
    if (this.#state !== 'between' || this.#section === null) return []
    const { name, line } = this.#section
    return [
      { kind: 'broken', line, reason: `${name} has no columns: the file is cut off or damaged`, text: name },
    ]
  }

  #broken(record: CsvRecord, reason: string): ReportItem {
    const why = record.isUnended && record.cells === null ? `${reason}: the file is cut off here` : reason
    return { kind: 'broken', line: record.line, reason: why, text: withoutJoinLinks(record.text) }
  }

  #refuseFile(record: CsvRecord | null): never {
    const found = record === null ? '' : record.text
    throw new CsvReportError({
      file: this.#file,
      line: record?.line ?? null,
      found,
      expected: expectedReport,
    })
  }
}

function sectionNameOf(cells: readonly string[]): SectionName | null {
  if (cells.slice(1).some((cell) => cell.trim() !== '')) return null
  const key = columnKey(cells[0] ?? '').replace(/:$/, '')
  return sectionNames.find((name) => name.toLowerCase() === key) ?? null
}

function isHeaderColumns(cells: readonly string[]): boolean {
  const keys = new Set(cells.map(columnKey))
  return keys.has('webinar id') && keys.has('actual start time')
}

/** Each section has at least four of these; one of them could be the name of somebody. */
const commonColumns = new Set([
  'attended',
  'user name',
  'user name (original name)',
  'email',
  'join time',
  'leave time',
  'time in session (minutes)',
])

/** A word that columns of header and sections have and rows seldom do, so that few records are looked at closely. */
const columnWord = /webinar|email|time/i

function isSectionColumns(cells: readonly string[]): boolean {
  return cells.filter((cell) => commonColumns.has(columnKey(cell))).length >= 3
}

/** Names without the padding at the end; a name that comes twice, or is missing, is told apart by a number. */
function columnsOf(cells: readonly string[]): string[] {
  const last = cells.findLastIndex((cell) => cell.trim() !== '')
  // `section` is the key that rollcall adds to each row's raw JSON.
  const taken = new Set(['section'])
  return cells.slice(0, last + 1).map((cell, index) => {
    const name = cell.trim().replaceAll(/\s+/g, ' ') || `column ${index + 1}`
    let unique = name
    for (let count = 2; taken.has(columnKey(unique)); count += 1) unique = `${name} (${count})`
    taken.add(columnKey(unique))
    return unique
  })
}

import type { Line } from './lines.ts'

/** One record of the file: its cells, or null and the reason where its quotes make no sense. */
export interface CsvRecord {
  /** The line it begins on. */
  line: number
  text: string
  cells: string[] | null
  reason: string | null
  /** The file stops here without a line end. */
  isUnended: boolean
}

export type Delimiter = ',' | ';' | '\t'

/** A quoted cell may hold line ends, an answer of a few paragraphs; one beyond this is a quote that never closes. */
const longestRecordLines = 100

/**
 * Makes records of lines. A parser for whole files loses everything after a quote that never closes; here such a
 * line costs itself only.
 *
 * States: between records (`open` is empty) and within a quoted cell (`open` holds its lines so far).
 * - between records, a line with an even number of quotes is a record; an odd number opens a quoted cell;
 * - within, the next line with an odd number of quotes closes it. If the lines then make a record it is one.
 *   If not, or after 100 lines, or at the end of the file, the first line is refused and those after it are read
 *   again from between records.
 */
export class RecordAssembler {
  readonly #delimiter: Delimiter
  #open: Line[] = []

  constructor(delimiter: Delimiter) {
    this.#delimiter = delimiter
  }

  push(lines: readonly Line[]): CsvRecord[] {
    const records: CsvRecord[] = []
    const waiting = [...lines].reverse()
    for (let line = waiting.pop(); line !== undefined; line = waiting.pop()) {
      const isOdd = hasOddQuotes(line.text)
      if (this.#open.length === 0 && !isOdd) {
        records.push(recordOf([line], this.#delimiter))
        continue
      }
      this.#open.push(line)
      if (this.#open.length === 1) continue
      const record = isOdd ? recordOf(this.#open, this.#delimiter) : null
      if (record?.cells) {
        records.push(record)
        this.#open = []
      } else if (isOdd || this.#open.length >= longestRecordLines) {
        records.push(this.#refuseFirst(waiting))
      }
    }
    return records
  }

  end(): CsvRecord[] {
    const records: CsvRecord[] = []
    while (this.#open.length > 0) {
      const again: Line[] = []
      records.push(this.#refuseFirst(again))
      records.push(...this.push(again.reverse()))
    }
    return records
  }

  /** Refuses the line that opened the quote and puts those after it back on top of `waiting`. */
  #refuseFirst(waiting: Line[]): CsvRecord {
    const [first, ...others] = this.#open
    this.#open = []
    waiting.push(...others.reverse())
    if (first === undefined) throw new RangeError('no open record to refuse')
    const reason = 'a quote is opened that never closes'
    return { line: first.number, text: first.text, cells: null, reason, isUnended: first.end === '' }
  }
}

function recordOf(lines: readonly Line[], delimiter: Delimiter): CsvRecord {
  const text = lines
    .map((line, index) => (index < lines.length - 1 ? line.text + line.end : line.text))
    .join('')
  const cells = splitCells(text, delimiter)
  const reason = cells === null ? 'text follows a closing quote' : null
  return { line: lines[0]?.number ?? 0, text, cells, reason, isUnended: lines.at(-1)?.end === '' }
}

/**
 * The cells of one record after RFC 4180, plus one liberty: a quote within an unquoted cell is a character like
 * any other. Null where text follows a closing quote or a quote stays open.
 */
export function splitCells(text: string, delimiter: Delimiter): string[] | null {
  if (!text.includes('"')) return text.split(delimiter)
  const cells: string[] = []
  for (let at = 0; ; ) {
    const isQuoted = text[at] === '"'
    let end: number
    if (isQuoted) {
      end = closingQuote(text, at + 1)
      if (end === -1) return null
      cells.push(text.slice(at + 1, end).replaceAll('""', '"'))
      end += 1
      if (end < text.length && text[end] !== delimiter) return null
    } else {
      const next = text.indexOf(delimiter, at)
      end = next === -1 ? text.length : next
      cells.push(text.slice(at, end))
    }
    if (end >= text.length) return cells
    at = end + 1
  }
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at
  }
  return -1
}

function hasOddQuotes(text: string): boolean {
  let isOdd = false
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) isOdd = !isOdd
  return isOdd
}

/**
 * The delimiter, told by the first line that names report columns; spreadsheets of some countries save `;`.
 * Null while no such line has come.
 */
export function delimiterOf(lines: readonly Line[]): Delimiter | null {
  const columns = lines.find(({ text }) => /webinar id|join time/i.test(text))
  if (columns === undefined) return null
  const unquoted = columns.text.replaceAll(/"[^"]*"/g, '')
  const counted = ([',', ';', '\t'] as const).map((delimiter) => ({
    delimiter,
    count: unquoted.split(delimiter).length - 1,
  }))
  return counted.reduce((best, each) => (each.count > best.count ? each : best)).delimiter
}

import { type Columns, columnsOf } from '../../raw/columns.ts'
import type { EncodedColumn, EncodedRows } from '../../raw/encodedRows.ts'
import { type PackedRows, packRows } from '../../raw/packedRows.ts'
import type { DataStream } from '../../streams.ts'
import type { Page } from '../endpoint.ts'
import { int32, int64, RowRefused, text } from '../schemas/scalars.ts'
import { arena } from './arena.ts'
import type { ColumnSource, RowView } from './columns.ts'
import { kinds, otherForm, type ScannedRows } from './form.ts'
import { type NumberColumn, numberColumn } from './numberColumns.ts'
import { RowScanner } from './rowScanner.ts'
import { listColumn, rowsColumn, textColumn } from './textColumns.ts'

interface Scannable {
  stream: DataStream
  /** Name of the body's field with the rows. */
  list: string
  columns: Readonly<Record<string, ColumnSource>>
  /** @throws RowRefused when a row is none */
  check(row: RowView): void
}

/** A page without its rows as objects, and its body less secrets and join links. */
interface ScannedPage {
  page: Omit<Page, 'rows'> & { encoded: PackedRows }
  bytes: Buffer
}

/** Fields of a body that is no page but an error. */
const ofErrors = ['code', 'message', 'error', 'errors', 'reason']

/**
 * Reads a page from its bytes to columns in one go, three times as fast as by way of objects; null where it is not of
 * the form that can be read so, or any row would be refused. What it reads it reads as `endpoint.parse` does.
 */
export function pageScanner(of: Scannable): (bytes: Buffer) => ScannedPage | null {
  const fields = [...new Set(Object.values(of.columns).flatMap((source) => source.fields))]
  const scanner = new RowScanner(of.list, fields)
  const declared = columnsOf(of.stream)
  return (bytes) => {
    const scanned = scanner.scan(bytes)
    if (scanned === null || ofErrors.some((name) => name in scanned.envelope)) return null
    try {
      // Every byte stands in its row and, at most, in one column; the numbers of a column take at most 24 bytes a row.
      arena.reset(2 * bytes.length + (fields.length + 1) * (scanned.rows + 2) * 32)
      const { next_page_token, total_records, page_size } = scanned.envelope
      const promised = int64(total_records)
      const page = {
        // What is read so lies in memory that the next page uses, and is packed out of it.
        encoded: packRows(declared, read(scanned, declared, of, fields)),
        rejects: [],
        nextPageToken: text(next_page_token),
        totalRecords: promised !== null && promised >= 0 ? promised : null,
        pageSize: int32(page_size),
      }
      return { page, bytes: scanned.bytes }
    } catch (error) {
      // Which row, and why, is for the reader that goes row by row.
      if (error instanceof RowRefused || error === otherForm) return null
      throw error
    }
  }
}

/** @throws RowRefused when any row is none */
function read(
  scanned: ScannedRows,
  declared: Columns,
  { columns: sources, check }: Scannable,
  fields: readonly string[],
): EncodedRows {
  const lists = Object.values(sources).filter(({ as }) => as === 'json')
  if (hasOtherLists(scanned, new Set(lists.map((source) => fields.indexOf(source.fields[0] as string)))))
    throw otherForm
  const columns = new Map<string, EncodedColumn | null>()
  const numbers = new Map<string, NumberColumn>()
  for (const name of Object.keys(declared)) {
    const source = sources[name]
    if (source === undefined) {
      if (name === 'raw') columns.set(name, rowsColumn(scanned))
      continue
    }
    const places = source.fields.map((field) => fields.indexOf(field))
    if (source.as === 'text') columns.set(name, textColumn(scanned, places))
    else if (source.as === 'json') columns.set(name, listColumn(scanned, places[0] as number))
    else {
      const found = numberColumn(scanned, source.as, name, places[0] as number)
      columns.set(name, found?.column ?? null)
      if (found !== null) numbers.set(name, found)
    }
  }
  checkAll(scanned.rows, columns, numbers, check)
  let bytes = 0
  for (const column of columns.values()) {
    if (column === null) continue
    bytes += column.data.byteLength + (column.offsets?.byteLength ?? 0) + (column.nulls?.byteLength ?? 0)
  }
  return { length: scanned.rows, bytes, columns }
}

/** Whether a list or an object stands where a row must have a single value. */
function hasOtherLists({ kind, rows, fields }: ScannedRows, lists: ReadonlySet<number>): boolean {
  const nextFrom = (cell: number) => kind.indexOf(kinds.json, cell)
  for (let cell = nextFrom(0); cell >= 0 && cell < rows * fields; cell = nextFrom(cell + 1))
    if (!lists.has(cell % fields)) return true
  return false
}

function checkAll(
  rows: number,
  columns: ReadonlyMap<string, EncodedColumn | null>,
  numbers: ReadonlyMap<string, NumberColumn>,
  check: (row: RowView) => void,
): void {
  let row = 0
  const view: RowView = {
    has(name) {
      const column = columns.get(name) ?? null
      return column !== null && (column.nulls === null || column.nulls[row] === 0)
    },
    // It is told apart here: each number that a function returns is an object on its way, of which a page has hundreds.
    isBeyond(name, from, distance) {
      const later = numbers.get(name)
      const earlier = numbers.get(from)
      if (later === undefined || earlier === undefined) return false
      if (later.column.nulls?.[row] === 1 || earlier.column.nulls?.[row] === 1) return false
      return (later.values[row] as number) - (earlier.values[row] as number) > distance
    },
  }
  for (; row < rows; row++) check(view)
}

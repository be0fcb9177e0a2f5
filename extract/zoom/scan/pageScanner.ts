import { type Columns, columnsOf } from '../../raw/columns.ts'
import type { EncodedColumn, EncodedRows } from '../../raw/encodedRows.ts'
import { type PackedRows, packRows } from '../../raw/packedRows.ts'
import type { DataStream } from '../../streams.ts'
import type { Page } from '../endpoint.ts'
import { int32, int64, RowRefused, text } from '../schemas/scalars.ts'
import { epochMs } from '../schemas/time.ts'
import { Arena } from './arena.ts'
import { type ColumnSource, type RowView, valueAs } from './columns.ts'
import { kinds, RowScanner, type ScannedRows, unescaped } from './rowScanner.ts'

export interface Scannable {
  stream: DataStream
  /** Name of the body's field with the rows. */
  list: string
  columns: Readonly<Record<string, ColumnSource>>
  /** @throws RowRefused when a row is none */
  check(row: RowView): void
}

/** Fields of a body that is no page but an error. */
const ofErrors = ['code', 'message', 'error', 'errors', 'reason']

/**
 * Reads a page from its bytes to columns in one go, three times as fast as by way of objects; null where it is not of
 * the form that can be read so, or any row would be refused. What it reads it reads as `endpoint.parse` does.
 */
export function pageScanner({
  stream,
  list,
  columns,
  check,
}: Scannable): (bytes: Buffer) => (Omit<Page, 'rows'> & { encoded: PackedRows }) | null {
  const fields = [...new Set(Object.values(columns).flatMap((source) => source.fields))]
  const scanner = new RowScanner(list, fields)
  const declared = columnsOf(stream)
  return (bytes) => {
    const scanned = scanner.scan(bytes)
    if (scanned === null || ofErrors.some((name) => name in scanned.envelope)) return null
    try {
      // Every byte stands in its row and, at most, in one column; the numbers of a column take at most 24 bytes a row.
      arena.reset(2 * bytes.length + (fields.length + 1) * (scanned.rows + 2) * 32)
      const encoded = encode(bytes, scanned, declared, columns, fields)
      checkAll(encoded, check)
      // What was read so far lies in memory that the next page uses.
      const packed = packRows(declared, encoded)
      const { next_page_token, total_records, page_size } = scanned.envelope
      const promised = int64(total_records)
      return {
        encoded: packed,
        rejects: [],
        nextPageToken: text(next_page_token),
        totalRecords: promised !== null && promised >= 0 ? promised : null,
        pageSize: int32(page_size),
      }
    } catch (error) {
      // Which row, and why, is for the reader that goes row by row.
      if (error instanceof RowRefused) return null
      throw error
    }
  }
}

function encode(
  bytes: Buffer,
  scanned: ScannedRows,
  declared: Columns,
  sources: Readonly<Record<string, ColumnSource>>,
  fields: readonly string[],
): EncodedRows {
  const encoded = new Map<string, EncodedColumn | null>()
  let size = 0
  for (const name of Object.keys(declared)) {
    const source = sources[name]
    if (source === undefined && name !== 'raw') continue
    const column =
      source === undefined
        ? spansOf(bytes, scanned.rows, scanned.rowStart, scanned.rowEnd, null, none)
        : columnOf(
            bytes,
            scanned,
            source,
            name,
            source.fields.map((field) => fields.indexOf(field)),
          )
    encoded.set(name, column)
    if (column === null) continue
    size += column.data.byteLength + (column.offsets?.byteLength ?? 0) + (column.nulls?.byteLength ?? 0)
  }
  return { length: scanned.rows, bytes: size, columns: encoded }
}

function columnOf(
  bytes: Buffer,
  scanned: ScannedRows,
  { as }: ColumnSource,
  name: string,
  fields: readonly number[],
): EncodedColumn | null {
  if (as === 'text') return textColumn(bytes, scanned, fields)
  const { rows } = scanned
  const nulls = arena.bytes(rows).fill(0)
  const numbers =
    as === 'time' ? arena.float64s(rows) : as === 'int32' ? arena.int32s(rows) : arena.bytes(rows)
  const days = new DayCache()
  let nullCount = 0
  for (let row = 0; row < rows; row++) {
    const cell = row * scanned.fields + (fields[0] as number)
    const kind = scanned.kind[cell] as number
    let value: number | null
    if (
      as === 'time' &&
      kind === kinds.string &&
      isPlainTime(bytes, scanned.start[cell] as number, scanned.end[cell] as number)
    )
      value = days.epochMs(bytes, scanned.start[cell] as number)
    else if (
      as === 'int32' &&
      kind === kinds.integer &&
      (scanned.end[cell] as number) - (scanned.start[cell] as number) < 10
    )
      value = integerAt(bytes, scanned.start[cell] as number, scanned.end[cell] as number)
    else if (kind === kinds.absent || kind === kinds.null) value = null
    else {
      const read = valueAs(as, scalarAt(bytes, scanned, cell), name)
      value = read === null ? null : Number(read)
    }
    numbers[row] = value ?? 0
    if (value !== null) continue
    nulls[row] = 1
    nullCount++
  }
  if (nullCount === rows) return null
  return {
    data: as === 'time' ? longs(numbers as Float64Array) : (numbers as Int32Array | Uint8Array),
    offsets: null,
    nulls: nullCount === 0 ? null : nulls,
    nullCount,
  }
}

const arena = new Arena()

/** Places of texts that are used by one column after the other. */
const scratch = { start: new Int32Array(0), end: new Int32Array(0), nulls: new Uint8Array(0) }

function textColumn(bytes: Buffer, scanned: ScannedRows, fields: readonly number[]): EncodedColumn | null {
  const { rows, kind, fields: width } = scanned
  if (scratch.start.length < rows) {
    scratch.start = new Int32Array(rows)
    scratch.end = new Int32Array(rows)
    scratch.nulls = new Uint8Array(rows)
  }
  const { start, end, nulls } = scratch
  const others = new Map<number, Buffer>()
  for (let row = 0; row < rows; row++) {
    start[row] = 0
    end[row] = 0
    nulls[row] = 1
    for (let at = 0; at < fields.length; at++) {
      const cell = row * width + (fields[at] as number)
      const what = kind[cell] as number
      if (what === kinds.absent || what === kinds.null) continue
      const from = scanned.start[cell] as number
      const to = scanned.end[cell] as number
      // An empty text says nothing.
      if (from === to) continue
      if (what === kinds.escaped) others.set(row, Buffer.from(unescaped(bytes.toString('utf8', from, to))))
      start[row] = from
      end[row] = to
      nulls[row] = 0
      break
    }
  }
  return spansOf(bytes, rows, start, end, nulls, others)
}

const none: ReadonlyMap<number, Buffer> = new Map()

/** Texts by their places in the bytes, put together; `others` are texts that do not stand there as they are meant. */
function spansOf(
  bytes: Buffer,
  rows: number,
  start: Int32Array,
  end: Int32Array,
  nulls: Uint8Array | null,
  others: ReadonlyMap<number, Buffer>,
): EncodedColumn | null {
  const offsets = arena.int32s(rows + 1)
  offsets[0] = 0
  let size = 0
  let nullCount = 0
  for (let row = 0; row < rows; row++) {
    const other = others.size > 0 ? others.get(row) : undefined
    size += other?.length ?? (end[row] as number) - (start[row] as number)
    offsets[row + 1] = size
    if (nulls !== null) nullCount += nulls[row] as number
  }
  if (nullCount === rows) return null
  const data = arena.bytes(size)
  let to = 0
  for (let row = 0; row < rows; row++) {
    const other = others.size > 0 ? others.get(row) : undefined
    if (other !== undefined) {
      data.set(other, to)
      to += other.length
      continue
    }
    const from = start[row] as number
    const until = end[row] as number
    if (until - from > 64) to += bytes.copy(data, to, from, until)
    else for (let at = from; at < until; at++) data[to++] = bytes[at] as number
  }
  return { data, offsets, nulls: nullCount === 0 ? null : copyOf(nulls as Uint8Array, rows), nullCount }
}

function copyOf(bytes: Uint8Array, length: number): Uint8Array {
  const copy = arena.bytes(length)
  copy.set(bytes.subarray(0, length))
  return copy
}

function scalarAt(bytes: Buffer, { kind, start, end }: ScannedRows, cell: number): string | number | boolean {
  if (kind[cell] === kinds.true || kind[cell] === kinds.false) return kind[cell] === kinds.true
  const written = bytes.toString('utf8', start[cell], end[cell])
  if (kind[cell] === kinds.escaped) return unescaped(written)
  return kind[cell] === kinds.integer ? Number(written) : written
}

function integerAt(bytes: Buffer, start: number, end: number): number {
  const isNegative = bytes[start] === 0x2d
  let value = 0
  for (let at = isNegative ? start + 1 : start; at < end; at++)
    value = value * 10 + (bytes[at] as number) - 0x30
  return isNegative ? -value : value
}

/** `2019-02-01T12:34:12Z`, as far as its marks and the digits of its time of day go. */
function isPlainTime(bytes: Buffer, start: number, end: number): boolean {
  return (
    end - start === 20 &&
    bytes[start + 10] === 0x54 &&
    bytes[start + 13] === 0x3a &&
    bytes[start + 16] === 0x3a &&
    bytes[start + 19] === 0x5a &&
    two(bytes, start + 11) <= 23 &&
    two(bytes, start + 14) <= 59 &&
    two(bytes, start + 17) <= 60
  )
}

/** Two digits; NaN where they are none. */
function two(bytes: Buffer, at: number): number {
  const tens = (bytes[at] as number) - 0x30
  const ones = (bytes[at + 1] as number) - 0x30
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** Most times of a page are of one day: its beginning is worked out once. */
class DayCache {
  readonly #day = new Uint8Array(10)
  #dayMs: number | null = null

  /** @throws RowRefused where there is no such day */
  epochMs(bytes: Buffer, start: number): number {
    if (!this.#isSame(bytes, start)) {
      this.#day.set(bytes.subarray(start, start + 10))
      this.#dayMs = epochMs(`${bytes.toString('latin1', start, start + 10)}T00:00:00Z`)
    }
    if (this.#dayMs === null) throw new RowRefused('no such day')
    const seconds = two(bytes, start + 11) * 3600 + two(bytes, start + 14) * 60 + two(bytes, start + 17)
    return this.#dayMs + seconds * 1000
  }

  #isSame(bytes: Buffer, start: number): boolean {
    for (let at = 0; at < 10; at++) if (bytes[start + at] !== this.#day[at]) return false
    return true
  }
}

/** As `encodeRows` writes them: 64-bit two's complement, without a BigInt for each. */
function longs(numbers: Float64Array): BigInt64Array {
  const written = arena.int64s(numbers.length)
  const words = new Int32Array(written.buffer, written.byteOffset, numbers.length * 2)
  for (let at = 0; at < numbers.length; at++) {
    const value = numbers[at] as number
    words[at * 2] = value | 0
    words[at * 2 + 1] = Math.floor(value / 0x1_0000_0000)
  }
  return written
}

function checkAll(encoded: EncodedRows, check: (row: RowView) => void): void {
  let row = 0
  const view: RowView = {
    has(column) {
      const found = encoded.columns.get(column) ?? null
      return found !== null && (found.nulls === null || found.nulls[row] === 0)
    },
    number(column) {
      return view.has(column) ? Number(encoded.columns.get(column)?.data[row]) : null
    },
  }
  for (; row < encoded.length; row++) check(view)
}

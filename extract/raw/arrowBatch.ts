import {
  Bool,
  type Data,
  type DataType,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMillisecond,
  Utf8,
} from 'apache-arrow'
import type { Columns, ColumnType, RawRow } from './columns.ts'
import { type EncodedColumn, type EncodedRows, repeated } from './encodedRows.ts'

/** Rows that share some values, such as a page's provenance: the shared ones are told once. */
export interface RowRun {
  rows: EncodedRows
  shared: RawRow
  /** `row_number` of the first row here; null where the rows tell their own. */
  firstRowNumber: number | null
}

/** The Arrow schema of a stream's columns; everything may be null. */
export function arrowSchema(columns: Columns): Schema {
  return new Schema(Object.entries(columns).map(([name, type]) => new Field(name, arrowType(type), true)))
}

/**
 * Puts runs of rows together to Arrow columns. The columns come from the declared schema, never from the values: a
 * column whose values are all null keeps its place and type.
 */
export function arrowBatch(schema: Schema, columns: Columns, runs: readonly RowRun[]): RecordBatch {
  let length = 0
  for (const { rows } of runs) length += rows.length
  const children = Object.entries(columns).map(([name, type]) => column(name, type, runs, length))
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }),
  )
}

function arrowType(type: ColumnType): DataType {
  switch (type) {
    case 'string':
    case 'json':
      return new Utf8()
    case 'int32':
      return new Int32()
    case 'int64':
      return new Int64()
    case 'double':
      return new Float64()
    case 'boolean':
      return new Bool()
    case 'timestamp':
      return new TimestampMillisecond('UTC')
    default:
      throw new Error(`no Arrow type for ${type satisfies never}`)
  }
}

/** A run's part of a column: null where all its values are. */
type Part = { length: number; column: EncodedColumn | null }

function column(name: string, type: ColumnType, runs: readonly RowRun[], length: number): Data {
  const parts = runs.map((run): Part => ({ length: run.rows.length, column: partOf(name, type, run) }))
  const nulls = nullsOf(parts, length)
  switch (type) {
    case 'string':
    case 'json':
      return makeData({ type: new Utf8(), length, ...nulls, ...joinedText(parts, length) })
    case 'int32':
      return makeData({ type: new Int32(), length, ...nulls, data: joined(new Int32Array(length), parts) })
    case 'int64':
      return makeData({ type: new Int64(), length, ...nulls, data: joined(new BigInt64Array(length), parts) })
    case 'double':
      return makeData({
        type: new Float64(),
        length,
        ...nulls,
        data: joined(new Float64Array(length), parts),
      })
    case 'boolean':
      return makeData({
        type: new Bool(),
        length,
        ...nulls,
        data: bitsOf(joined(new Uint8Array(length), parts)),
      })
    case 'timestamp':
      return makeData({
        type: new TimestampMillisecond('UTC'),
        length,
        ...nulls,
        data: joined(new BigInt64Array(length), parts),
      })
    default:
      throw new Error(`no Arrow column for ${type satisfies never}`)
  }
}

function partOf(
  name: string,
  type: ColumnType,
  { rows, shared, firstRowNumber }: RowRun,
): EncodedColumn | null {
  if (name in shared) return repeated(type, shared[name] ?? null, rows.length)
  if (name === 'row_number' && firstRowNumber !== null) {
    const data = new Int32Array(rows.length)
    for (let at = 0; at < data.length; at++) data[at] = firstRowNumber + at
    return { data, offsets: null, nulls: null, nullCount: 0 }
  }
  return rows.columns.get(name) ?? null
}

/** All parts one after the other; where a part has only nulls, zeros stand in. */
function joined<Target extends Uint8Array | Int32Array | Float64Array | BigInt64Array>(
  target: Target,
  parts: readonly Part[],
): Target {
  let at = 0
  for (const { length, column } of parts) {
    if (column !== null) target.set(column.data as never, at)
    at += length
  }
  return target
}

function joinedText(parts: readonly Part[], length: number): { data: Uint8Array; valueOffsets: Int32Array } {
  let size = 0
  for (const { column } of parts) size += column?.data.byteLength ?? 0
  const data = new Uint8Array(size)
  const valueOffsets = new Int32Array(length + 1)
  let bytes = 0
  let row = 0
  for (const part of parts) {
    const { data: own, offsets } = part.column ?? { data: null, offsets: null }
    if (own !== null) data.set(own as Uint8Array, bytes)
    for (let at = 1; at <= part.length; at++) valueOffsets[++row] = bytes + (offsets?.[at] ?? 0)
    bytes += own?.byteLength ?? 0
  }
  return { data, valueOffsets }
}

function nullsOf(parts: readonly Part[], length: number): { nullCount: number; nullBitmap?: Uint8Array } {
  let nullCount = 0
  for (const part of parts) nullCount += part.column?.nullCount ?? (part.column === null ? part.length : 0)
  if (nullCount === 0) return { nullCount }
  if (nullCount === length) return { nullCount, nullBitmap: new Uint8Array(Math.ceil(length / 8)) }
  const isThere = new Uint8Array(length)
  let row = 0
  for (const { length: rows, column } of parts) {
    const nulls = column?.nulls ?? null
    if (nulls !== null) for (let at = 0; at < rows; at++) isThere[row + at] = 1 - (nulls[at] as number)
    else if (column !== null) isThere.fill(1, row, row + rows)
    row += rows
  }
  return { nullCount, nullBitmap: bitsOf(isThere) }
}

/** Arrow's bit order: the first value is the lowest bit of the first byte. */
function bitsOf(flags: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(flags.length / 8))
  for (let at = 0; at < flags.length; at++) {
    bytes[at >> 3] = (bytes[at >> 3] as number) | ((flags[at] as number) << (at & 7))
  }
  return bytes
}

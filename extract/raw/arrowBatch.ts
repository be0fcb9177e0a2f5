import {
  Bool,
  type Data,
  DataType,
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
import { type EncodedColumn, type EncodedRows, encodeValue } from './encodedRows.ts'
import type { ReusedMemory } from './reusedMemory.ts'

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
 * @param memory what the batch is made in: it is good until the next is made in the same
 */
export function arrowBatch(
  schema: Schema,
  columns: Columns,
  runs: readonly RowRun[],
  memory: ReusedMemory,
): RecordBatch {
  let length = 0
  for (const { rows } of runs) length += rows.length
  const children = schema.fields.map(({ name, type }) => {
    const parts = runs.map((run) => partOf(name, columns[name] as ColumnType, run))
    const take = (what: string, bytes: number) => memory.take(`${name} ${what}`, bytes)
    return column(type, parts, length, take)
  })
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

/** A run's part of a column: null where all its values are, and one value where its rows share it. */
interface Part {
  length: number
  column: EncodedColumn | null
  isShared: boolean
}

/** Memory for a part of this column; what was in it before may still be. */
type Take = (what: string, bytes: number) => ArrayBuffer

function partOf(name: string, type: ColumnType, { rows, shared, firstRowNumber }: RowRun): Part {
  const { length } = rows
  if (name in shared) return { length, column: encodeValue(type, shared[name] ?? null), isShared: true }
  if (name === 'row_number' && firstRowNumber !== null) {
    const data = new Int32Array(length)
    for (let at = 0; at < length; at++) data[at] = firstRowNumber + at
    return { length, column: { data, offsets: null, nulls: null, nullCount: 0 }, isShared: false }
  }
  return { length, column: rows.columns.get(name) ?? null, isShared: false }
}

function column(type: DataType, parts: readonly Part[], length: number, take: Take): Data {
  const nulls = nullsOf(parts, length, take)
  if (DataType.isUtf8(type)) return makeData({ type, length, ...nulls, ...joinedText(parts, length, take) })
  if (DataType.isBool(type)) {
    const flags = joined(new Uint8Array(take('flags', length), 0, length), parts)
    return makeData({ type, length, ...nulls, data: bitsOf(flags, take('values', bitsBytes(length))) })
  }
  const Values = type.ArrayType as Int32ArrayConstructor
  const values = new Values(take('values', length * Values.BYTES_PER_ELEMENT), 0, length)
  return makeData({ type: type as Int32, length, ...nulls, data: joined(values, parts) })
}

/** All parts one after the other; where a part has only nulls, zeros stand in. */
function joined<Target extends Uint8Array | Int32Array | Float64Array | BigInt64Array>(
  target: Target,
  parts: readonly Part[],
): Target {
  let at = 0
  for (const { length, column, isShared } of parts) {
    if (column !== null && !isShared) target.set(column.data as never, at)
    else target.fill((column?.data[0] ?? zeroOf(target)) as never, at, at + length)
    at += length
  }
  return target
}

const zeroOf = (target: object) => (target instanceof BigInt64Array ? 0n : 0)

function joinedText(
  parts: readonly Part[],
  length: number,
  take: Take,
): { data: Uint8Array; valueOffsets: Int32Array } {
  let size = 0
  for (const part of parts) size += (part.column?.data.byteLength ?? 0) * (part.isShared ? part.length : 1)
  const data = Buffer.from(take('text', size), 0, size)
  const valueOffsets = new Int32Array(take('offsets', (length + 1) * 4), 0, length + 1)
  valueOffsets[0] = 0
  let bytes = 0
  let row = 0
  for (const { length: rows, column, isShared } of parts) {
    const text = (column?.data ?? null) as Uint8Array | null
    if (text === null || column === null) {
      valueOffsets.fill(bytes, row + 1, row + rows + 1)
    } else if (isShared) {
      if (text.length > 0) data.fill(text, bytes, bytes + text.length * rows)
      for (let at = 1; at <= rows; at++) valueOffsets[row + at] = bytes + at * text.length
      bytes += text.length * rows
    } else {
      const offsets = column.offsets as Int32Array
      data.set(text, bytes)
      for (let at = 1; at <= rows; at++) valueOffsets[row + at] = bytes + (offsets[at] as number)
      bytes += text.length
    }
    row += rows
  }
  return { data, valueOffsets }
}

function nullsOf(
  parts: readonly Part[],
  length: number,
  take: Take,
): { nullCount: number; nullBitmap?: Uint8Array } {
  let nullCount = 0
  for (const part of parts) nullCount += part.column === null ? part.length : part.column.nullCount
  if (nullCount === 0) return { nullCount }
  const bytes = bitsBytes(length)
  const bits = take('nulls', bytes)
  if (nullCount === length) return { nullCount, nullBitmap: new Uint8Array(bits, 0, bytes).fill(0) }
  const isThere = new Uint8Array(take('there', length), 0, length)
  let row = 0
  for (const { length: rows, column } of parts) {
    const nulls = column?.nulls ?? null
    if (nulls !== null) for (let at = 0; at < rows; at++) isThere[row + at] = 1 - (nulls[at] as number)
    else isThere.fill(column === null ? 0 : 1, row, row + rows)
    row += rows
  }
  return { nullCount, nullBitmap: bitsOf(isThere, bits) }
}

const bitsBytes = (length: number) => Math.ceil(length / 8)

/** Arrow's bit order: the first value is the lowest bit of the first byte. */
function bitsOf(flags: Uint8Array, memory: ArrayBuffer): Uint8Array {
  const bytes = new Uint8Array(memory, 0, bitsBytes(flags.length)).fill(0)
  for (let at = 0; at < flags.length; at++) {
    bytes[at >> 3] = (bytes[at >> 3] as number) | ((flags[at] as number) << (at & 7))
  }
  return bytes
}

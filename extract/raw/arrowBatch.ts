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
import type { BatchMemory, Room } from './batchMemory.ts'
import type { Columns, ColumnType, RawRow } from './columns.ts'
import { type EncodedColumn, type EncodedRows, encodeValue } from './encodedRows.ts'

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
 * @param memory what the batch is made in; it is good until the next is made there
 */
export function arrowBatch(
  schema: Schema,
  columns: Columns,
  runs: readonly RowRun[],
  memory: BatchMemory,
): RecordBatch {
  let length = 0
  for (const { rows } of runs) length += rows.length
  const fields = schema.fields.map(({ name, type }) => ({
    type,
    parts: runs.map((run) => partOf(name, columns[name] as ColumnType, run)),
  }))
  memory.begin(fields.flatMap(({ type, parts }) => sizesOf(type, parts, length)))
  const children = fields.map(({ type, parts }) => column(type, parts, length, memory))
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

/** What a column takes at most, in bytes: nulls, offsets of text, values. */
function sizesOf(type: DataType, parts: readonly Part[], length: number): number[] {
  if (DataType.isUtf8(type)) return [bitsBytes(length), (length + 1) * 4, textBytes(parts)]
  if (DataType.isBool(type)) return [bitsBytes(length), bitsBytes(length)]
  return [bitsBytes(length), length * type.ArrayType.BYTES_PER_ELEMENT]
}

/** The order of the buffers is that in which Arrow writes them. */
function column(type: DataType, parts: readonly Part[], length: number, memory: BatchMemory): Data {
  const nulls = nullsOf(parts, length, memory)
  if (DataType.isUtf8(type)) return makeData({ type, length, ...nulls, ...joinedText(parts, length, memory) })
  if (DataType.isBool(type)) {
    const flags = joined(new Uint8Array(length), parts)
    return makeData({ type, length, ...nulls, data: bitsOf(flags, memory.take(bitsBytes(length))) })
  }
  const Values = type.ArrayType as Int32ArrayConstructor
  const { buffer, byteOffset } = memory.take(length * Values.BYTES_PER_ELEMENT)
  const data = joined(new Values(buffer, byteOffset, length), parts)
  return makeData({ type: type as Int32, length, ...nulls, data })
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

function textBytes(parts: readonly Part[]): number {
  let bytes = 0
  for (const { column, length, isShared } of parts) {
    bytes += (column?.data.byteLength ?? 0) * (isShared ? length : 1)
  }
  return bytes
}

function joinedText(
  parts: readonly Part[],
  length: number,
  memory: BatchMemory,
): { data: Uint8Array; valueOffsets: Int32Array } {
  const offsets = memory.take((length + 1) * 4)
  const valueOffsets = new Int32Array(offsets.buffer, offsets.byteOffset, length + 1)
  const size = textBytes(parts)
  const text = memory.take(size)
  const data = Buffer.from(text.buffer, text.byteOffset, size)
  valueOffsets[0] = 0
  let bytes = 0
  let row = 0
  for (const { length: rows, column, isShared } of parts) {
    const own = (column?.data ?? null) as Uint8Array | null
    if (own === null || column === null) {
      valueOffsets.fill(bytes, row + 1, row + rows + 1)
    } else if (isShared) {
      if (own.length > 0) data.fill(own, bytes, bytes + own.length * rows)
      for (let at = 1; at <= rows; at++) valueOffsets[row + at] = bytes + at * own.length
      bytes += own.length * rows
    } else {
      const ends = column.offsets as Int32Array
      data.set(own, bytes)
      for (let at = 1; at <= rows; at++) valueOffsets[row + at] = bytes + (ends[at] as number)
      bytes += own.length
    }
    row += rows
  }
  return { data, valueOffsets }
}

function nullsOf(
  parts: readonly Part[],
  length: number,
  memory: BatchMemory,
): { nullCount: number; nullBitmap?: Uint8Array } {
  let nullCount = 0
  for (const part of parts) nullCount += part.column === null ? part.length : part.column.nullCount
  if (nullCount === 0) return { nullCount }
  const isThere = new Uint8Array(length)
  let row = 0
  for (const { length: rows, column } of parts) {
    const nulls = column?.nulls ?? null
    if (nulls !== null) for (let at = 0; at < rows; at++) isThere[row + at] = 1 - (nulls[at] as number)
    else if (column !== null) isThere.fill(1, row, row + rows)
    row += rows
  }
  return { nullCount, nullBitmap: bitsOf(isThere, memory.take(bitsBytes(length))) }
}

const bitsBytes = (length: number) => Math.ceil(length / 8)

/** Arrow's bit order: the first value is the lowest bit of the first byte. */
function bitsOf(flags: Uint8Array, { buffer, byteOffset }: Room): Uint8Array {
  const bytes = new Uint8Array(buffer, byteOffset, bitsBytes(flags.length)).fill(0)
  for (let at = 0; at < flags.length; at++) {
    bytes[at >> 3] = (bytes[at >> 3] as number) | ((flags[at] as number) << (at & 7))
  }
  return bytes
}

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
import type { Columns, ColumnType, RawRow, RawValue } from './columns.ts'

/** Rows that share some values, such as a page's provenance: the shared ones are told once. */
export interface RowRun {
  rows: readonly { row: RawRow; raw: string }[]
  shared: RawRow
  /** `row_number` of the first row here; null where the rows tell their own. */
  firstRowNumber: number | null
}

/** The Arrow schema of a stream's columns; everything may be null. */
export function arrowSchema(columns: Columns): Schema {
  return new Schema(Object.entries(columns).map(([name, type]) => new Field(name, arrowType(type), true)))
}

/**
 * Turns rows into Arrow columns. The columns come from the declared schema, never from the values: a column whose
 * values are all null keeps its place and type. Values must fit their type, see `checkRow`.
 */
export function arrowBatch(schema: Schema, columns: Columns, runs: readonly RowRun[]): RecordBatch {
  let length = 0
  for (const run of runs) length += run.rows.length
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

function column(name: string, type: ColumnType, runs: readonly RowRun[], length: number): Data {
  const isText = type === 'string' || type === 'json'
  if (isText && name !== 'raw' && runs.every((run) => name in run.shared))
    return sharedText(name, runs, length)
  const values = gather(name, runs, length)
  const nulls = nullsOf(values)
  if (isText && nulls.nullCount === length) {
    return makeData({ type: new Utf8(), length, ...nulls, ...noText(length) })
  }
  switch (type) {
    case 'string':
    case 'json':
      return makeData({ type: new Utf8(), length, ...nulls, ...utf8(values) })
    case 'int32':
      return makeData({ type: new Int32(), length, ...nulls, data: numbers(new Int32Array(length), values) })
    case 'int64':
      return makeData({ type: new Int64(), length, ...nulls, data: int64(values) })
    case 'double':
      return makeData({
        type: new Float64(),
        length,
        ...nulls,
        data: numbers(new Float64Array(length), values),
      })
    case 'boolean':
      return makeData({ type: new Bool(), length, ...nulls, data: bits(values, (value) => value === true) })
    case 'timestamp':
      return makeData({ type: new TimestampMillisecond('UTC'), length, ...nulls, data: int64(values) })
    default:
      throw new Error(`no Arrow column for ${type satisfies never}`)
  }
}

/** The column's values over all runs; what a row does not mention is null. */
function gather(name: string, runs: readonly RowRun[], length: number): RawValue[] {
  const values = new Array<RawValue>(length)
  let at = 0
  for (const { rows, shared, firstRowNumber } of runs) {
    if (name === 'raw') {
      for (const { raw } of rows) values[at++] = raw
    } else if (name in shared) {
      values.fill(shared[name] ?? null, at, at + rows.length)
      at += rows.length
    } else if (name === 'row_number' && firstRowNumber !== null) {
      for (let row = 0; row < rows.length; row++) values[at++] = firstRowNumber + row
    } else {
      for (const { row } of rows) values[at++] = row[name] ?? null
    }
  }
  return values
}

function nullsOf(values: readonly RawValue[]): { nullCount: number; nullBitmap?: Uint8Array } {
  let nullCount = 0
  for (const value of values) if (value === null) nullCount++
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bits(values, (value) => value !== null) }
}

/** Arrow's bit order: the first value is the lowest bit of the first byte. */
function bits(values: readonly RawValue[], isSet: (value: RawValue) => boolean): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 8))
  for (let at = 0; at < values.length; at++) {
    if (isSet(values[at] as RawValue)) bytes[at >> 3] = (bytes[at >> 3] as number) | (1 << (at & 7))
  }
  return bytes
}

/** Filled by hand: the constructors of typed arrays are several times slower on arrays with nulls. */
function numbers<Target extends Int32Array | Float64Array>(
  target: Target,
  values: readonly RawValue[],
): Target {
  for (let at = 0; at < values.length; at++) target[at] = (values[at] ?? 0) as number
  return target
}

/** Numbers that are integers within 2^53 as 64-bit two's complement; a BigInt for each would be several times slower. */
function int64(values: readonly RawValue[]): BigInt64Array {
  const longs = new BigInt64Array(values.length)
  const words = new Int32Array(longs.buffer)
  for (let at = 0; at < values.length; at++) {
    const value = (values[at] ?? 0) as number
    words[at * 2] = value | 0
    words[at * 2 + 1] = Math.floor(value / 0x1_0000_0000)
  }
  return longs
}

function noText(length: number): { data: Uint8Array; valueOffsets: Int32Array } {
  return { data: new Uint8Array(0), valueOffsets: new Int32Array(length + 1) }
}

/**
 * One buffer of UTF-8 and the offsets into it. All texts are encoded in one go; where that is all ASCII, lengths in
 * characters are lengths in bytes, otherwise they are counted text by text.
 */
function utf8(values: readonly RawValue[]): { data: Uint8Array; valueOffsets: Int32Array } {
  const texts = new Array<string>(values.length)
  let characters = 0
  const valueOffsets = new Int32Array(values.length + 1)
  for (let at = 0; at < values.length; at++) {
    const text = (values[at] ?? '') as string
    texts[at] = text
    characters += text.length
    valueOffsets[at + 1] = characters
  }
  const data = Buffer.from(texts.join(''))
  if (data.length === characters) return { data, valueOffsets }
  if (setByteOffsets(texts, valueOffsets) === data.length) return { data, valueOffsets }
  // Halves of a surrogate pair at the seam of two texts became one character by joining them.
  const wellFormed = texts.map((text) => text.toWellFormed())
  setByteOffsets(wellFormed, valueOffsets)
  return { data: Buffer.from(wellFormed.join('')), valueOffsets }
}

function setByteOffsets(texts: readonly string[], valueOffsets: Int32Array): number {
  let bytes = 0
  for (let at = 0; at < texts.length; at++) {
    bytes += Buffer.byteLength(texts[at] as string)
    valueOffsets[at + 1] = bytes
  }
  return bytes
}

/** A text column whose value is the same for all rows of a run: encoded once, then repeated. */
function sharedText(name: string, runs: readonly RowRun[], length: number): Data {
  const encoded = runs.map((run) => Buffer.from((run.shared[name] ?? '') as string))
  let size = 0
  for (const [at, bytes] of encoded.entries()) size += bytes.length * (runs[at] as RowRun).rows.length
  const data = Buffer.alloc(size)
  const valueOffsets = new Int32Array(length + 1)
  const isNull: RawValue[] = []
  let row = 0
  let offset = 0
  for (const [at, bytes] of encoded.entries()) {
    const { rows, shared } = runs[at] as RowRun
    if (bytes.length > 0) data.fill(bytes, offset, offset + bytes.length * rows.length)
    for (let n = 0; n < rows.length; n++) {
      offset += bytes.length
      valueOffsets[++row] = offset
      isNull.push(shared[name] ?? null)
    }
  }
  return makeData({ type: new Utf8(), length, ...nullsOf(isNull), data, valueOffsets })
}

import type { Columns, ColumnType, RawRow, RawValue } from './columns.ts'

/** A column's values as they will stand in a file: typed arrays, which the garbage collector need not walk through. */
export interface EncodedColumn {
  /** Text: all of it, as UTF-8. Booleans: a byte each. Else the numbers. Nulls have room too. */
  data: Uint8Array | Int32Array | Float64Array | BigInt64Array
  /** Of text: where each value begins, and where the last ends. */
  offsets: Int32Array | null
  /** 1 where a value is null; null where none is. */
  nulls: Uint8Array | null
  nullCount: number
}

/** Rows by column; null where a column has only nulls, and no entry where no row mentions it either. */
export interface EncodedRows {
  length: number
  bytes: number
  columns: ReadonlyMap<string, EncodedColumn | null>
}

/** Turns rows into columns; what a row does not mention is null. Values must fit their type, see `checkRows`. */
export function encodeRows(columns: Columns, rows: readonly { row: RawRow; raw: string }[]): EncodedRows {
  const encoded = new Map<string, EncodedColumn | null>()
  // One array for all columns: it is read before the next one is gathered.
  const values = new Array<RawValue>(rows.length)
  let bytes = 0
  for (const [name, type] of Object.entries(columns)) {
    const nullCount = gather(name, rows, values)
    if (nullCount === rows.length) {
      // Rows of a page come from the same code: the names of the first stand for all.
      if (rows[0] !== undefined && name in rows[0].row) encoded.set(name, null)
      continue
    }
    const column = encodeColumn(type, values, nullCount)
    encoded.set(name, column)
    bytes += column.data.byteLength + (column.offsets?.byteLength ?? 0) + (column.nulls?.byteLength ?? 0)
  }
  return { length: rows.length, bytes, columns: encoded }
}

/** @returns how many are null */
function gather(name: string, rows: readonly { row: RawRow; raw: string }[], values: RawValue[]): number {
  let nullCount = 0
  for (let at = 0; at < rows.length; at++) {
    const { row, raw } = rows[at] as { row: RawRow; raw: string }
    const value = name === 'raw' ? raw : (row[name] ?? null)
    if (value === null) nullCount++
    values[at] = value
  }
  return nullCount
}

function encodeColumn(type: ColumnType, values: readonly RawValue[], nullCount: number): EncodedColumn {
  const nulls = nullCount === 0 ? null : nullsOf(values)
  const { length } = values
  switch (type) {
    case 'string':
    case 'json':
      return { ...utf8(values), nulls, nullCount }
    case 'int32':
      return { data: numbers(new Int32Array(length), values), offsets: null, nulls, nullCount }
    case 'double':
      return { data: numbers(new Float64Array(length), values), offsets: null, nulls, nullCount }
    case 'boolean':
      return { data: numbers(new Uint8Array(length), values), offsets: null, nulls, nullCount }
    case 'int64':
    case 'timestamp':
      return { data: int64(values), offsets: null, nulls, nullCount }
    default:
      throw new Error(`no encoding for ${type satisfies never}`)
  }
}

function nullsOf(values: readonly RawValue[]): Uint8Array {
  const nulls = new Uint8Array(values.length)
  for (let at = 0; at < values.length; at++) if (values[at] === null) nulls[at] = 1
  return nulls
}

/** A column of one value, which many rows share; null where it is null. */
export function encodeValue(type: ColumnType, value: RawValue): EncodedColumn | null {
  return value === null ? null : encodeColumn(type, [value], 0)
}

/** Filled by hand: the constructors of typed arrays are several times slower on arrays with nulls. */
function numbers<Target extends Int32Array | Float64Array | Uint8Array>(
  target: Target,
  values: readonly RawValue[],
): Target {
  for (let at = 0; at < values.length; at++) target[at] = Number(values[at] ?? 0)
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

/**
 * One buffer of UTF-8 and the offsets into it. All texts are encoded in one go; where that is all ASCII, lengths in
 * characters are lengths in bytes, otherwise they are counted text by text.
 */
function utf8(values: readonly RawValue[]): { data: Uint8Array; offsets: Int32Array } {
  const texts = new Array<string>(values.length)
  let characters = 0
  const offsets = new Int32Array(values.length + 1)
  for (let at = 0; at < values.length; at++) {
    const text = (values[at] ?? '') as string
    texts[at] = text
    characters += text.length
    offsets[at + 1] = characters
  }
  const data = Buffer.from(texts.join(''))
  if (data.length === characters) return { data, offsets }
  if (setByteOffsets(texts, offsets) === data.length) return { data, offsets }
  // Halves of a surrogate pair at the seam of two texts became one character by joining them.
  const wellFormed = texts.map((text) => text.toWellFormed())
  setByteOffsets(wellFormed, offsets)
  return { data: Buffer.from(wellFormed.join('')), offsets }
}

function setByteOffsets(texts: readonly string[], offsets: Int32Array): number {
  let bytes = 0
  for (let at = 0; at < texts.length; at++) {
    bytes += Buffer.byteLength(texts[at] as string)
    offsets[at + 1] = bytes
  }
  return bytes
}

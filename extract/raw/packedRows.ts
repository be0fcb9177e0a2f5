import { aligned } from './aligned.ts'
import { type Columns, type ColumnType, placesOf } from './columns.ts'
import type { EncodedColumn, EncodedRows } from './encodedRows.ts'
import { pageMemory } from './pageMemory.ts'

/*
 * Rows by column in one piece of memory. A page has some forty arrays; as objects of their own they cost, where a page
 * has few rows, several times what is in them, and the garbage collector a walk through all of them.
 */
export interface PackedRows {
  length: number
  /** Five numbers a column, see `fields`. */
  layout: Int32Array
  /** In a piece of `pageMemory` of its own. */
  data: Uint8Array<ArrayBuffer>
}

/** What is told of a column; -1 as its place where there is no such array. */
const fields = { place: 0, bytes: 1, offsetsPlace: 2, nullsPlace: 3, nullCount: 4 } as const
const width = 5
/** As `place`: the column is not mentioned, or has only nulls. */
const absent = { unmentioned: -1, null: -2 } as const

function packedBytes(rows: EncodedRows): number {
  let bytes = 0
  for (const column of rows.columns.values()) {
    if (column === null) continue
    bytes += aligned(column.data.byteLength)
    bytes += aligned(column.offsets?.byteLength ?? 0) + aligned(column.nulls?.byteLength ?? 0)
  }
  return bytes
}

/** @param columns the stream's, as they were when the rows were encoded */
export function packRows(columns: Columns, rows: EncodedRows): PackedRows {
  const places = placesOf(columns)
  const layout = new Int32Array(places.size * width)
  const bytes = packedBytes(rows)
  const data = new Uint8Array(pageMemory.take(bytes), 0, bytes)
  let end = 0
  const put = (array: EncodedColumn['data']) => {
    const place = end
    data.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), place)
    end += aligned(array.byteLength)
    data.fill(0, place + array.byteLength, end)
    return place
  }
  for (const [name, index] of places) {
    const at = index * width
    const column = rows.columns.get(name)
    if (column === undefined || column === null) {
      layout[at + fields.place] = column === undefined ? absent.unmentioned : absent.null
      continue
    }
    layout[at + fields.place] = put(column.data)
    layout[at + fields.bytes] = column.data.byteLength
    layout[at + fields.offsetsPlace] = column.offsets === null ? -1 : put(column.offsets)
    layout[at + fields.nullsPlace] = column.nulls === null ? -1 : put(column.nulls)
    layout[at + fields.nullCount] = column.nullCount
  }
  return { length: rows.length, layout, data }
}

/** The rows as they were, as views into what is packed. */
export function unpackRows(columns: Columns, packed: PackedRows): EncodedRows {
  const unpacked = new Map<string, EncodedColumn | null>()
  let bytes = 0
  for (const name of placesOf(columns).keys()) {
    const column = unpackColumn(columns, packed, name)
    if (column === undefined) continue
    unpacked.set(name, column)
    if (column === null) continue
    bytes += column.data.byteLength + (column.offsets?.byteLength ?? 0) + (column.nulls?.byteLength ?? 0)
  }
  return { length: packed.length, bytes, columns: unpacked }
}

/** One column of them; undefined where no row mentions it. */
export function unpackColumn(
  columns: Columns,
  { length, layout, data }: PackedRows,
  name: string,
): EncodedColumn | null | undefined {
  const type = columns[name]
  if (type === undefined) return undefined
  const at = (placesOf(columns).get(name) as number) * width
  const told = (field: number) => layout[at + field] as number
  const place = told(fields.place)
  if (place < 0) return place === absent.null ? null : undefined
  const { buffer, byteOffset } = data
  const offsetsPlace = told(fields.offsetsPlace)
  const nullsPlace = told(fields.nullsPlace)
  return {
    data: typed(type, buffer, byteOffset + place, told(fields.bytes)),
    offsets: offsetsPlace < 0 ? null : new Int32Array(buffer, byteOffset + offsetsPlace, length + 1),
    nulls: nullsPlace < 0 ? null : new Uint8Array(buffer, byteOffset + nullsPlace, length),
    nullCount: told(fields.nullCount),
  }
}

function typed(
  type: ColumnType,
  buffer: ArrayBuffer,
  byteOffset: number,
  byteLength: number,
): EncodedColumn['data'] {
  switch (type) {
    case 'string':
    case 'json':
    case 'boolean':
      return new Uint8Array(buffer, byteOffset, byteLength)
    case 'int32':
      return new Int32Array(buffer, byteOffset, byteLength / 4)
    case 'double':
      return new Float64Array(buffer, byteOffset, byteLength / 8)
    case 'int64':
    case 'timestamp':
      return new BigInt64Array(buffer, byteOffset, byteLength / 8)
    default:
      throw new Error(`no array for ${type satisfies never}`)
  }
}

import type { EncodedColumn } from '../../raw/encodedRows.ts'
import { arena } from './arena.ts'
import { kinds, otherForm, type ScannedRows, unescaped } from './form.ts'

/** Places of texts that are used by one column after the other. */
const scratch = { start: new Int32Array(0), end: new Int32Array(0), nulls: new Uint8Array(0) }

/** @param fields the places of the fields, of which the first that says something counts */
export function textColumn(scanned: ScannedRows, fields: readonly number[]): EncodedColumn | null {
  const { bytes, rows, kind, fields: width } = scanned
  const { start, end, nulls } = scratchFor(rows)
  const { start: starts, end: ends } = scanned
  let others: Map<number, Buffer> | null = null
  for (let row = 0; row < rows; row++) {
    let from = 0
    let to = 0
    for (let at = 0; at < fields.length; at++) {
      const cell = row * width + (fields[at] as number)
      const what = kind[cell] as number
      if (what === kinds.absent || what === kinds.null) continue
      from = starts[cell] as number
      to = ends[cell] as number
      // An empty text says nothing.
      if (from === to) continue
      if (what !== kinds.escaped) break
      others ??= new Map()
      others.set(row, Buffer.from(unescaped(bytes.toString('utf8', from, to))))
      break
    }
    start[row] = from
    end[row] = to
    nulls[row] = from === to ? 1 : 0
  }
  return spansOf(bytes, rows, start, end, nulls, others ?? none)
}

/** Lists as they stand there. */
export function listColumn(scanned: ScannedRows, field: number): EncodedColumn | null {
  const { bytes, rows, kind, fields: width } = scanned
  const { start, end, nulls } = scratchFor(rows)
  for (let row = 0; row < rows; row++) {
    const cell = row * width + field
    const what = kind[cell] as number
    const isThere = what === kinds.json && bytes[scanned.start[cell] as number] === 0x5b
    if (!isThere && what !== kinds.absent && what !== kinds.null) throw otherForm
    start[row] = isThere ? (scanned.start[cell] as number) : 0
    end[row] = isThere ? (scanned.end[cell] as number) : 0
    nulls[row] = isThere ? 0 : 1
  }
  return spansOf(bytes, rows, start, end, nulls, none)
}

/** The rows themselves. */
export function rowsColumn({ bytes, rows, rowStart, rowEnd }: ScannedRows): EncodedColumn | null {
  return spansOf(bytes, rows, rowStart, rowEnd, null, none)
}

const none: ReadonlyMap<number, Buffer> = new Map()

function scratchFor(rows: number): typeof scratch {
  if (scratch.start.length < rows) {
    scratch.start = new Int32Array(rows)
    scratch.end = new Int32Array(rows)
    scratch.nulls = new Uint8Array(rows)
  }
  return scratch
}

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
  const read = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const written = new DataView(data.buffer, data.byteOffset, size)
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
    if (until - from > 64) {
      to += bytes.copy(data, to, from, until)
      continue
    }
    let at = from
    for (; at + 4 <= until; at += 4, to += 4) written.setInt32(to, read.getInt32(at))
    for (; at < until; at++) data[to++] = bytes[at] as number
  }
  return { data, offsets, nulls: nullCount === 0 ? null : copyOf(nulls as Uint8Array, rows), nullCount }
}

function copyOf(bytes: Uint8Array, length: number): Uint8Array {
  const copy = arena.bytes(length)
  copy.set(bytes.subarray(0, length))
  return copy
}

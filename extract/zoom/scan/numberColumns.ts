import type { EncodedColumn } from '../../raw/encodedRows.ts'
import { RowRefused } from '../schemas/scalars.ts'
import { arena } from './arena.ts'
import { type ColumnSource, valueAs } from './columns.ts'
import { kinds, type ScannedRows, unescaped } from './form.ts'
import { DayCache, isPlainTime } from './plainTime.ts'

/** A column of numbers, with its values also as they can be computed with; 0 where they are null. */
export interface NumberColumn {
  column: EncodedColumn
  values: Float64Array | Int32Array | Uint8Array
}

/**
 * A column of times, numbers or flags; null where all of it is.
 * @param name the column's, for what is refused
 * @throws RowRefused
 */
export function numberColumn(
  scanned: ScannedRows,
  as: Exclude<ColumnSource['as'], 'text' | 'json'>,
  name: string,
  field: number,
): NumberColumn | null {
  const { bytes, rows } = scanned
  const isTime = as === 'time' || as === 'looseTime'
  const nulls = arena.bytes(rows).fill(0)
  const values = isTime ? arena.float64s(rows) : as === 'int32' ? arena.int32s(rows) : arena.bytes(rows)
  const days = new DayCache()
  let nullCount = 0
  for (let row = 0; row < rows; row++) {
    const cell = row * scanned.fields + field
    const kind = scanned.kind[cell] as number
    const start = scanned.start[cell] as number
    const end = scanned.end[cell] as number
    let isThere = kind !== kinds.absent && kind !== kinds.null
    if (isThere && isTime && kind === kinds.string && isPlainTime(bytes, start, end)) {
      isThere = days.put(bytes, start, values as Float64Array, row)
      if (!isThere && as === 'time') throw new RowRefused(`${name} has no such day`)
    } else if (isThere && as === 'int32' && kind === kinds.integer && end - start < 10) {
      values[row] = integerAt(bytes, start, end)
    } else if (isThere) {
      const read = valueAs(as, scalarAt(scanned, cell), name)
      isThere = read !== null
      values[row] = Number(read)
    }
    if (isThere) continue
    values[row] = 0
    nulls[row] = 1
    nullCount++
  }
  if (nullCount === rows) return null
  const data = isTime ? longs(values as Float64Array) : (values as Int32Array | Uint8Array)
  return { column: { data, offsets: null, nulls: nullCount === 0 ? null : nulls, nullCount }, values }
}

function scalarAt({ bytes, kind, start, end }: ScannedRows, cell: number): string | number | boolean {
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

import type { RawRow, RawValue } from '../../raw/columns.ts'
import { flag, int32, json, looseTime, type Scalar, text, time } from '../schemas/scalars.ts'

/** Where a column comes from: the first of these fields of a row that says anything. */
export interface ColumnSource {
  as: 'text' | 'time' | 'looseTime' | 'int32' | 'flag' | 'json'
  fields: readonly string[]
}

/** What a row must say, in its columns, to be one. */
export interface RowView {
  has(column: string): boolean
  /** Whether both are there, and one is more than so much after the other; of columns of numbers or times. */
  isBeyond(column: string, from: string, distance: number): boolean
}

export const textOf = (...fields: string[]): ColumnSource => ({ as: 'text', fields })
export const timeOf = (field: string): ColumnSource => ({ as: 'time', fields: [field] })
export const looseTimeOf = (field: string): ColumnSource => ({ as: 'looseTime', fields: [field] })
export const int32Of = (field: string): ColumnSource => ({ as: 'int32', fields: [field] })
export const flagOf = (field: string): ColumnSource => ({ as: 'flag', fields: [field] })
/** A field that is a list. */
export const listOf = (field: string): ColumnSource => ({ as: 'json', fields: [field] })

/** A field of a row: what no column of values holds are lists. */
type Field = Scalar | readonly unknown[]

/** Reads rows one by one, as the scanner reads them by column. @throws RowRefused */
export function rowReader(
  columns: Readonly<Record<string, ColumnSource>>,
  check: (row: RowView) => void,
): (row: Readonly<Record<string, Field>>) => RawRow {
  const sources = Object.entries(columns)
  return (row) => {
    const read: RawRow = {}
    for (const [column, { as, fields }] of sources) {
      let value: RawValue = null
      for (const field of fields)
        value ??= as === 'json' ? json(row[field]) : valueAs(as, row[field] as Scalar, column)
      read[column] = value
    }
    check(viewOf(read))
    return read
  }
}

/** A row that was read by itself, as the checks of rows look at it. */
export function viewOf(row: RawRow): RowView {
  const has = (column: string) => (row[column] ?? null) !== null
  return {
    has,
    isBeyond: (column, from, distance) =>
      has(column) && has(from) && (row[column] as number) - (row[from] as number) > distance,
  }
}

export function valueAs(as: Exclude<ColumnSource['as'], 'json'>, value: Scalar, column: string): RawValue {
  switch (as) {
    case 'text':
      return text(value)
    case 'time':
      return time(value, column)
    case 'looseTime':
      return looseTime(value)
    case 'int32':
      return int32(value)
    case 'flag':
      return flag(value)
    default:
      throw new Error(`no reader for ${as satisfies never}`)
  }
}

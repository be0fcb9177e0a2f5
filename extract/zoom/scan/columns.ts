import type { RawRow, RawValue } from '../../raw/columns.ts'
import { flag, int32, type Scalar, text, time } from '../schemas/scalars.ts'

/** Where a column comes from: the first of these fields of a row that says anything. */
export interface ColumnSource {
  as: 'text' | 'time' | 'int32' | 'flag'
  fields: readonly string[]
}

/** What a row must say, in its columns, to be one. */
export interface RowView {
  /** The value of a column of numbers or times. */
  number(column: string): number | null
  has(column: string): boolean
}

export const textOf = (...fields: string[]): ColumnSource => ({ as: 'text', fields })
export const timeOf = (field: string): ColumnSource => ({ as: 'time', fields: [field] })
export const int32Of = (field: string): ColumnSource => ({ as: 'int32', fields: [field] })
export const flagOf = (field: string): ColumnSource => ({ as: 'flag', fields: [field] })

/** Reads rows one by one, as the scanner reads them by column. @throws RowRefused */
export function rowReader(
  columns: Readonly<Record<string, ColumnSource>>,
  check: (row: RowView) => void,
): (row: Readonly<Record<string, Scalar>>) => RawRow {
  const sources = Object.entries(columns)
  return (row) => {
    const read: RawRow = {}
    for (const [column, { as, fields }] of sources) {
      let value: RawValue = null
      for (const field of fields) value ??= valueAs(as, row[field], column)
      read[column] = value
    }
    check({
      number: (column) => read[column] as number | null,
      has: (column) => read[column] !== null,
    })
    return read
  }
}

export function valueAs(as: ColumnSource['as'], value: Scalar, column: string): RawValue {
  switch (as) {
    case 'text':
      return text(value)
    case 'time':
      return time(value, column)
    case 'int32':
      return int32(value)
    case 'flag':
      return flag(value)
    default:
      throw new Error(`no reader for ${as satisfies never}`)
  }
}

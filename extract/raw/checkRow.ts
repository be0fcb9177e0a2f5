import type { Columns, ColumnType, RawRow, RawValue } from './columns.ts'

/** The largest time a JavaScript Date holds, either side of 1970, in milliseconds. */
const timestampMax = 8.64e15

/**
 * Rows are checked before they are journaled, so that a parser's mistake shows where it is made and a journal can
 * always be replayed.
 * @throws TypeError naming stream, column and the kind of value (never the value: it may be personal)
 */
export function checkRows(
  stream: string,
  columns: Columns,
  rows: readonly { row: RawRow; raw: string }[],
): void {
  // Rows of a page come from the same code: the names of the first stand for all.
  for (const name of Object.keys(rows[0]?.row ?? {})) {
    if (!(name in columns)) refuse(stream, name, 'unknown column')
  }
  for (const [name, type] of Object.entries(columns)) {
    for (const { row } of rows) {
      const value = row[name]
      if (value !== null && value !== undefined && !fits(type, value))
        refuse(stream, name, `no ${type}`, value)
    }
  }
  for (const { raw } of rows) if (typeof raw !== 'string') refuse(stream, 'raw', 'no json', raw)
}

function fits(type: ColumnType, value: RawValue): boolean {
  switch (type) {
    case 'string':
    case 'json':
      return typeof value === 'string'
    case 'int32':
      return typeof value === 'number' && (value | 0) === value
    case 'int64':
      return Number.isSafeInteger(value)
    case 'double':
      return Number.isFinite(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'timestamp':
      return Number.isInteger(value) && Math.abs(value as number) <= timestampMax
    default:
      throw new Error(`no check for ${type satisfies never}`)
  }
}

function refuse(stream: string, column: string, fault: string, value?: unknown): never {
  const given =
    value === undefined ? '' : ` (got a ${typeof value}${typeof value === 'number' ? ' out of range' : ''})`
  throw new TypeError(
    `A parsed row of ${stream} has in ${column}: ${fault}${given}. Mend the endpoint's parser.`,
  )
}

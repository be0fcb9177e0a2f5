import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import { streams } from '../streams.ts'
import type { RawRow, RawValue } from './columns.ts'
import { diskError } from './error.ts'
import { rawViewSql } from './views.ts'

/**
 * Runs one query over the raw zone as it is now, in a DuckDB of its own in memory: it neither needs nor locks the
 * catalog. Only the views `raw.<stream>` that the text names are there.
 * @param params values of `$1`, `$2`, …, or of `$name`
 * @returns rows in the words of the raw columns: timestamps are epoch milliseconds, integers are numbers
 * @throws RawZoneError when the query or a file cannot be read; RangeError for integers beyond 2^53
 */
export async function queryRaw<Row extends RawRow = RawRow>(
  dataDir: string,
  sql: string,
  params: readonly RawValue[] | Readonly<Record<string, RawValue>> = [],
): Promise<Row[]> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  try {
    const named = streams.filter((stream) => new RegExp(`\\braw\\s*\\.\\s*"?${stream}\\b`, 'i').test(sql))
    for (const statement of rawViewSql(dataDir, named)) await connection.run(statement)
    const reader = await connection.runAndReadAll(sql, params as DuckDBValue[] | Record<string, DuckDBValue>)
    return reader
      .getRowObjectsJS()
      .map(
        (row) =>
          Object.fromEntries(
            Object.entries(row).map(([name, value]) => [name, rawValue(name, value)]),
          ) as Row,
      )
  } catch (error) {
    if (error instanceof RangeError) throw error
    throw diskError(`query (${sql.trim().replace(/\s+/g, ' ').slice(0, 200)})`, dataDir, error)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

function rawValue(name: string, value: unknown): RawValue {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value
  }
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'bigint') {
    if (Number.isSafeInteger(Number(value))) return Number(value)
    throw new RangeError(`${name} is beyond 2^53: cast it to varchar in the query.`)
  }
  throw new TypeError(`${name} is neither text, number, boolean nor time: cast it in the query.`)
}

import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import { type Stream, streams } from '../streams.ts'
import { aheadFiles } from './ahead.ts'
import type { RawRow, RawValue } from './columns.ts'
import { realDisk } from './disk.ts'
import { diskError } from './error.ts'
import { forgetGathered, isGathered, rowsFiles } from './gathered.ts'
import { listSegments, rawViewSql, type StreamFiles } from './views.ts'

/** Asks the raw zone, see `queryRaw`. */
export type RawQuery = <Row extends RawRow = RawRow>(
  sql: string,
  params?: readonly RawValue[] | Readonly<Record<string, RawValue>>,
) => Promise<Row[]>

/**
 * Runs one query over the raw zone as it is now, in a DuckDB of its own in memory: it neither needs nor locks the
 * catalog. Only the views `raw.<stream>` that the text names are there.
 * @param params values of `$1`, `$2`, …, or of `$name`
 * @returns rows in the words of the raw columns: timestamps are epoch milliseconds, integers are numbers
 * @throws RawZoneError when the query or a file cannot be read; RangeError for integers beyond 2^53
 */
export function queryRaw<Row extends RawRow = RawRow>(
  dataDir: string,
  sql: string,
  params: readonly RawValue[] | Readonly<Record<string, RawValue>> = [],
): Promise<Row[]> {
  return withRaw(dataDir, (query) => query<Row>(sql, params))
}

/** The same for several questions, asked of the raw zone as it is now. */
export async function withRaw<T>(dataDir: string, ask: (query: RawQuery) => Promise<T>): Promise<T> {
  // Of a long history two go through the readings in half the time; more would wait for each other over small files.
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  const seen = new Set<Stream>()
  const files = new Map<Stream, StreamFiles>()
  const filesNow = (_: string, stream: Stream) => {
    const known = files.get(stream) ?? rowsFiles(dataDir, stream)
    files.set(stream, known)
    return known
  }
  const show = async (named: readonly Stream[], filesOf: typeof rowsFiles) => {
    for (const statement of rawViewSql(dataDir, named, (stream) => filesOf(dataDir, stream)))
      await connection.run(statement)
    for (const stream of named) seen.add(stream)
  }
  const run = async (sql: string, params: DuckDBValue[] | Record<string, DuckDBValue>) => {
    const named = streams.filter((stream) => new RegExp(`\\braw\\s*\\.\\s*"?${stream}\\b`, 'i').test(sql))
    try {
      const unseen = named.filter((stream) => !seen.has(stream))
      if (unseen.length > 0) await show(unseen, filesNow)
      return await connection.runAndReadAll(sql, params)
    } catch (error) {
      const all: readonly Stream[] = ['captures', ...named]
      if (!all.some((stream) => isGathered(dataDir, stream))) throw error
      // Whatever is wrong with what was gathered, the segments themselves are what counts.
      await forgetGathered(dataDir, realDisk)
      await show([...seen, ...named], (_, stream) => ({
        committed: [],
        segments: [...listSegments(dataDir, stream), ...aheadFiles(dataDir, stream)],
      }))
      return await connection.runAndReadAll(sql, params)
    }
  }
  try {
    return await ask(async <Row extends RawRow>(sql: string, params: unknown = []) => {
      try {
        const reader = await run(sql, params as DuckDBValue[] | Record<string, DuckDBValue>)
        return reader.getRowObjectsJS().map((row) => rawRow(row) as Row)
      } catch (error) {
        if (error instanceof RangeError) throw error
        throw diskError(`query (${sql.trim().replace(/\s+/g, ' ').slice(0, 200)})`, dataDir, error)
      }
    })
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** In place: of a long history every plan reads ten thousands of rows. */
function rawRow(row: Record<string, unknown>): RawRow {
  for (const name in row) {
    const value = row[name]
    if (typeof value === 'object' || typeof value === 'bigint') row[name] = rawValue(name, value)
  }
  return row as RawRow
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

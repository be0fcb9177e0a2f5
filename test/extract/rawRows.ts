import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { columnsOf } from '../../extract/raw/columns.ts'
import { duckdbTypes } from '../../extract/raw/views.ts'
import type { Stream } from '../../extract/streams.ts'

/** Writes the one segment of a stream, from rows with an SQL expression a column; columns that are not given are null. */
export async function writeRawRows(
  dataDir: string,
  connection: DuckDBConnection,
  stream: Stream,
  rows: readonly Readonly<Record<string, string>>[],
): Promise<void> {
  const folder = join(dataDir, 'raw', stream, 'month=2026-05')
  await mkdir(folder, { recursive: true })
  const selects = rows.map((given) => {
    const columns = Object.entries(columnsOf(stream)).map(
      ([name, type]) => `(${given[name] ?? 'null'})::${duckdbTypes[type]} as "${name}"`,
    )
    return `select ${columns.join(', ')}`
  })
  await connection.run(
    `copy (${selects.join(' union all ')}) to '${join(folder, '20260501T000000000Z-ACC-0001.parquet')}' (format parquet)`,
  )
}

import { createReadStream } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { refused } from '../catalog.ts'
import { CliError } from '../cliError.ts'
import { count } from '../terminal/format.ts'
import type { Output } from '../terminal/output.ts'

/** Formats of an answer that DuckDB writes itself, and how. Nothing of such an answer is held in memory. */
const copyOptions = {
  csv: 'format csv, header',
  json: 'format json, array true',
  ndjson: 'format json',
  parquet: 'format parquet, compression zstd',
} as const

export type FileFormat = keyof typeof copyOptions
export type Format = FileFormat | 'table'
export const formats = ['table', ...Object.keys(copyOptions)] as readonly Format[]

/** A table is for reading; who wants more rows than this wants a file. */
const rows_shown = 1000
const cell_characters_max = 120

/** Runs a statement for what it sets. @throws {CliError} with DuckDB's word on it */
export async function runStatement(connection: DuckDBConnection, sql: string): Promise<void> {
  await connection.run(sql).catch((error: unknown) => {
    throw refused(error, sql)
  })
}

/**
 * Shows the rows of a statement.
 * @throws {CliError} with DuckDB's word on it
 */
export async function showTable(connection: DuckDBConnection, sql: string, output: Output): Promise<void> {
  const reader = await connection.streamAndReadUntil(sql, rows_shown + 1).catch((error: unknown) => {
    throw refused(error, sql)
  })
  const columns = reader.columnNames()
  const rows = reader.getRowsJson()
  if (columns.length > 0)
    output.table(
      columns,
      rows.slice(0, rows_shown).map((row) => row.map(cell)),
    )
  if (rows.length > rows_shown)
    output.warn(
      `Only the first ${count(rows_shown)} rows are shown. All of them: --format csv, or --out FILE.csv (.json, .parquet).`,
    )
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  return shortened(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

/** A cell that leaves room for its neighbours. */
export function shortened(text: string): string {
  return text.length > cell_characters_max ? `${text.slice(0, cell_characters_max - 1)}…` : text
}

/**
 * Writes the rows of a statement to a file, which is there whole or not at all.
 * @returns how many rows
 * @throws {CliError} with DuckDB's word on it
 */
export async function writeAnswer(
  connection: DuckDBConnection,
  sql: string,
  format: FileFormat,
  file: string,
): Promise<number> {
  const temporary = `${path.resolve(file)}.${process.pid}.tmp`
  try {
    const rows = await copy(connection, sql, format, temporary)
    await rename(temporary, file)
    return rows
  } finally {
    await rm(temporary, { force: true })
  }
}

/**
 * Writes the rows of a statement to a stream. They pass through a file of the system's temporary folder: DuckDB can
 * write to a path only, and `/dev/stdout` would cut off what a shell's `>>` has there already.
 */
export async function streamAnswer(
  connection: DuckDBConnection,
  sql: string,
  format: FileFormat,
  stream: NodeJS.WritableStream,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-sql-'))
  try {
    const file = path.join(folder, 'answer')
    await copy(connection, sql, format, file)
    await pipeline(createReadStream(file), stream, { end: false })
  } catch (error) {
    // A reader that has seen enough (`| head`) is no failure.
    if (!['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String((error as NodeJS.ErrnoException).code)))
      throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function copy(
  connection: DuckDBConnection,
  sql: string,
  format: FileFormat,
  file: string,
): Promise<number> {
  // COPY takes queries only; what describes something is one when it is selected from.
  const query = /^\s*(describe|desc|summarize|show)\b/i.test(sql) ? `from (${sql}\n)` : sql
  try {
    const result = await connection.run(
      `copy (${query}\n) to '${file.replaceAll("'", "''")}' (${copyOptions[format]})`,
    )
    return result.rowsChanged
  } catch (error) {
    const { message } = error as Error
    if (/^IO Error/.test(message))
      throw new CliError(
        `The answer cannot be written: ${message}. Name a file in a folder that can be written.`,
        {
          cause: error,
        },
      )
    throw refused(error, sql)
  }
}

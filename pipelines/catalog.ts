import { existsSync } from 'node:fs'
import path from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { CliError } from './cliError.ts'

/** Columns in order, and rows as JSON-safe values (bigint and decimal as strings). */
export interface QueryResult {
  columns: string[]
  rows: Record<string, unknown>[]
}

/**
 * Opens the catalog read-only, so that any number of readers and a sync get along.
 * @throws {CliError} where there is no catalog yet; whatever `work` throws
 */
export async function withCatalog<T>(
  dataDir: string,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const file = path.join(dataDir, 'rollcall.duckdb')
  if (!existsSync(file)) {
    throw new CliError(`There is no catalog at ${file} yet. Run rollcall sync, or npm run demo.`)
  }
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' })
  try {
    const connection = await instance.connect()
    try {
      return await work(connection)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

/** Asks a catalog that is open. Values are bound to `$name` in the query, or in turn to $1, $2, … */
export type Ask = (sql: string, values?: Record<string, string> | string[]) => Promise<QueryResult>

/**
 * Opens the catalog for several questions: opening it takes longer than most answers.
 * @throws {CliError} where there is no catalog yet, or DuckDB refuses a query; whatever `work` throws
 */
export async function askingCatalog<T>(dataDir: string, work: (ask: Ask) => Promise<T>): Promise<T> {
  return withCatalog(dataDir, (connection) =>
    work(async (sql, values = {}) => {
      try {
        const reader = await connection.runAndReadAll(sql, values)
        return {
          columns: reader.columnNames(),
          rows: reader.getRowObjectsJson() as Record<string, unknown>[],
        }
      } catch (error) {
        throw refused(error, sql)
      }
    }),
  )
}

/** Asks the catalog once. Errors as `askingCatalog`. */
export async function queryCatalog(dataDir: string, ...question: Parameters<Ask>): Promise<QueryResult> {
  return askingCatalog(dataDir, (ask) => ask(...question))
}

/** DuckDB's word on a query, and the query. */
export function refused(error: unknown, sql: string): CliError {
  return new CliError(`${(error as Error).message}\nin: ${sql}`, { cause: error })
}

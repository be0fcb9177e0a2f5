import { existsSync } from 'node:fs'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { CliError } from './cliError.ts'

/** Columns in order, and rows as JSON-safe values (bigint and decimal as strings). */
export interface QueryResult {
  columns: string[]
  rows: Record<string, unknown>[]
}

/**
 * Asks the catalog, read-only, so that any number of readers and a sync get along.
 * @throws {CliError} where there is no catalog yet, or DuckDB refuses the query
 */
export async function queryCatalog(dataDir: string, sql: string): Promise<QueryResult> {
  const file = path.join(dataDir, 'rollcall.duckdb')
  if (!existsSync(file)) {
    throw new CliError(`There is no catalog at ${file} yet. Run rollcall sync, or npm run demo.`)
  }
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' })
  try {
    const connection = await instance.connect()
    try {
      const reader = await connection.runAndReadAll(sql)
      return {
        columns: reader.columnNames(),
        rows: reader.getRowObjectsJson() as Record<string, unknown>[],
      }
    } catch (error) {
      throw new CliError(`${(error as Error).message}\nin: ${sql}`, { cause: error })
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

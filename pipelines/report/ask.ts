import type { DuckDBValue } from '@duckdb/node-api'

export type Row = Record<string, unknown>

/** Asks the one catalog a report is read from. */
export type Ask = (sql: string, values?: Record<string, DuckDBValue>) => Promise<Row[]>

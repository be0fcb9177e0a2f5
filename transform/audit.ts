import type { DuckDBConnection } from '@duckdb/node-api'
import type { Model } from './models.ts'
import { messageOf, TransformError } from './transform-error.ts'

/** How many failing rows an error shows: enough to see the pattern, few enough to read. */
const shownRows = 5

/** Runs one audit. Throws a `TransformError` with the first rows when it returns any. */
export async function runAudit(connection: DuckDBConnection, audit: Model): Promise<void> {
  let rows: unknown[]
  try {
    const reader = await connection.runAndReadAll(`select * from (${audit.sql}) limit ${shownRows}`)
    rows = reader.getRowObjectsJson()
  } catch (error) {
    throw new TransformError(`audit sql/${audit.file} could not run: ${messageOf(error)}`, {
      model: audit.name,
      cause: error,
    })
  }
  if (rows.length === 0) return
  const proves = audit.header.split('\n')[0]
  throw new TransformError(
    `audit sql/${audit.file} found what must not be (${proves}): ${rows.map((row) => JSON.stringify(row)).join(' ')}. ` +
      'The catalog and the warehouse keep the last good run. This is a fault of the models, not of the data: ' +
      'keep the raw folder as it is and report these rows.',
    { model: audit.name, rows },
  )
}

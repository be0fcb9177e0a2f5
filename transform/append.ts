import type { DuckDBConnection } from '@duckdb/node-api'
import { accountRowsOf, columnTypes } from './belonging.ts'
import type { Model } from './models.ts'

/**
 * Adds what a batch of webinars has come to to the model's table in the catalog; the first batch begins the table. Rows
 * about no webinar come of every batch, and are taken from the first.
 * @param select the rows
 * @returns how many were added
 */
export async function appendBatch(
  connection: DuckDBConnection,
  model: Model,
  batch: number,
  select: string,
): Promise<number> {
  const table = `rollcall.${model.name}`
  let statement = `create table ${table} as ${select}`
  if (batch > 1) {
    const account = accountRowsOf((await columnTypes(connection)).get(model.name) ?? new Map())
    const rows = account === null ? select : `select * from (${select}) where not ${account}`
    statement = `insert into ${table} by name ${rows}`
  }
  const added = await connection.runAndReadAll(statement)
  return Number(added.getRows()[0]?.[0])
}

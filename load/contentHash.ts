import type pg from 'pg'
import { openConnection } from './database.ts'
import { publishedTables } from './tables.ts'

/** When a row was captured says nothing about what it says: two runs that read the same have the same hash. */
const provenance: readonly string[] = ['captured_at']

/**
 * One hash over the content of the warehouse: all published tables, all rows in any order, all columns by name
 * except provenance. Equal hashes mean equal warehouses, in whatever order and number of runs they came about.
 * rollcall_runs and rollcall_units tell of the way there and are left out. Computed by the server.
 */
export async function contentHash(databaseUrl: string, schema = 'public'): Promise<string> {
  const client = await openConnection(databaseUrl, schema)
  try {
    // One snapshot for all tables: a load that commits in between does not mix two states.
    await client.query('begin isolation level repeatable read read only')
    const hashes: string[] = []
    for (const name of publishedTables.map((table) => table.name).sort()) {
      hashes.push(`${name}=${await tableHash(client, schema, name)}`)
    }
    const { rows } = await client.query<{ hash: string }>('select md5($1) as hash', [hashes.join('\n')])
    return rows[0]?.hash ?? ''
  } finally {
    await client.end()
  }
}

/** Rows are hashed one by one and the halves of their hashes added up, so that the order does not matter. */
async function tableHash(client: pg.Client, schema: string, name: string): Promise<string> {
  const { rows: statements } = await client.query<{ statement: string }>(
    `select format(
         'select concat_ws('':'', $1::text, count(*), sum((''x'' || left(hash, 16))::bit(64)::bigint),
              sum((''x'' || right(hash, 16))::bit(64)::bigint)) as hash
          from (select md5(row(%s)::text) as hash from %I.%I) as hashed',
         string_agg(quote_ident(column_name), ', ' order by column_name collate "C"), $1::text, $2::text
     ) as statement
     from information_schema.columns
     where table_schema = $1 and table_name = $2 and column_name <> all($3)`,
    [schema, name, provenance],
  )
  const { rows } = await client.query<{ hash: string }>(statements[0]?.statement ?? '', [name])
  return rows[0]?.hash ?? ''
}

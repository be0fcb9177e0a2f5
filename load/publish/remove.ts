import type pg from 'pg'
import type { Change } from './compare.ts'
import { removePersons } from './persons.ts'
import { assertCount, nameOf } from './serverTable.ts'

/** Deletes what is stale, from the table and from what is recorded of it. @returns how many rows */
export async function remove(client: pg.Client, schema: string, change: Change): Promise<number> {
  const { table, stale } = change
  if (change.persons !== undefined) return removePersons(client, schema, table, change.persons)
  if (stale === 'all') {
    await client.query('delete from rollcall_units where table_name = $1', [table.name])
    return (await client.query(`delete from ${nameOf(schema, table.name)}`)).rowCount ?? 0
  }
  if (stale.length === 0) return 0
  const { rows } = await client.query<{ row_count: string }>(
    `with deleted as (
         delete from rollcall_units where table_name = $1 and unit = any($2) returning row_count
     )
     select coalesce(sum(row_count), 0) as row_count from deleted`,
    [table.name, stale],
  )
  const ids = stale.filter((unit) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(unit))
  const isStale = `${table.unit} in (select unnest($1::varchar[]))`
  const deleted =
    table.personColumn === undefined
      ? await client.query(
          `delete from ${nameOf(schema, table.name)}
           where ${table.candidates((column) => `${column} = any($2::uuid[])`)} and ${isStale}`,
          [stale, ids],
        )
      : await client.query(`delete from ${nameOf(schema, table.name)} where ${isStale}`, [stale])
  assertCount(table.name, 'deleted rows', deleted.rowCount ?? 0, Number(rows[0]?.row_count))
  return deleted.rowCount ?? 0
}

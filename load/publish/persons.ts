import { join } from 'node:path'
import type pg from 'pg'
import type { Catalog } from '../catalog.ts'
import type { PublishedTable } from '../tables.ts'
import type { Change } from './compare.ts'
import { copyIn } from './copyIn.ts'
import type { Publication } from './publication.ts'
import { assertCount, nameOf } from './serverTable.ts'

/**
 * Of a bucket of which only some rows were replaced. It equals no hash, so a comparison of everything, which comes after
 * a build of everything, writes the bucket once more.
 */
const unknownHash = 'some rows replaced'

/** Deletes the rows of these persons, and makes the record say how many rows are left in each of their buckets. */
export async function removePersons(
  client: pg.Client,
  schema: string,
  table: PublishedTable,
  persons: readonly string[],
): Promise<number> {
  const { rows } = await client.query<{ row_count: string }>(
    `with
     deleted as (
         delete from ${nameOf(schema, table.name)} where ${table.personColumn} = any($2::uuid[])
         returning ${table.unit} as unit
     ),
     counted as (
         select unit, count(*) as row_count from deleted group by unit
     ),
     recorded as (
         update rollcall_units
         set row_count = rollcall_units.row_count - counted.row_count, content_hash = $3
         from counted
         where rollcall_units.table_name = $1 and rollcall_units.unit = counted.unit
     )
     select coalesce(sum(row_count), 0) as row_count from counted`,
    [table.name, persons, unknownHash],
  )
  return Number(rows[0]?.row_count)
}

/** Copies the rows of these persons in and adds them to the record of their buckets. */
export async function fillPersons(
  client: pg.Client,
  catalog: Catalog,
  { schema, folder, signal }: Publication,
  { table, columns, persons = [] }: Change,
): Promise<number> {
  if (persons.length === 0) return 0
  const file = join(folder, `${table.name}.copy`)
  const counts = await catalog.countPersons(table, persons)
  await catalog.writeLines(table, columns, { persons }, file)
  const copied = await copyIn(client, schema, table, columns, file, signal)
  const expected = [...counts.values()].reduce((sum, rows) => sum + rows, 0)
  assertCount(table.name, 'copied rows', copied, expected)
  await client.query(
    `insert into rollcall_units as recorded (table_name, unit, content_hash, row_count)
     select $1, unit, $2, row_count from unnest($3::text[], $4::integer[]) as added (unit, row_count)
     on conflict (table_name, unit) do update
     set row_count = recorded.row_count + excluded.row_count, content_hash = excluded.content_hash`,
    [table.name, unknownHash, [...counts.keys()], [...counts.values()]],
  )
  await client.query('delete from rollcall_units where table_name = $1 and row_count = 0', [table.name])
  return copied
}

import { join } from 'node:path'
import type pg from 'pg'
import type { Catalog, Unit } from '../catalog.ts'
import type { Change } from './compare.ts'
import { copyIn } from './copyIn.ts'
import { fillPersons } from './persons.ts'
import type { Publication } from './publication.ts'
import { assertCount } from './serverTable.ts'

/** Copies the changed units in: DuckDB writes the lines, Postgres reads them, no row passes through JavaScript. */
export async function fill(
  client: pg.Client,
  catalog: Catalog,
  publication: Publication,
  change: Change,
): Promise<number> {
  if (change.persons !== undefined) return fillPersons(client, catalog, publication, change)
  const { schema, folder, signal } = publication
  const { table, columns, units, changed } = change
  if (changed.length === 0) return 0
  const file = join(folder, `${table.name}.copy`)
  await catalog.writeLines(table, columns, { units: changed }, file)
  const copied = await copyIn(client, schema, table, columns, file, signal)
  const changedUnits = changed.map((unit) => units.get(unit) as Unit)
  const expected = changedUnits.reduce((sum, unit) => sum + unit.rowCount, 0)
  assertCount(table.name, 'copied rows', copied, expected)
  await client.query(
    `insert into rollcall_units (table_name, unit, content_hash, row_count)
     select $1, * from unnest($2::text[], $3::text[], $4::integer[])`,
    [
      table.name,
      changed,
      changedUnits.map((unit) => unit.contentHash),
      changedUnits.map((unit) => unit.rowCount),
    ],
  )
  return copied
}

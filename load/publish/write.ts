import type pg from 'pg'
import type { Unit } from '../catalog.ts'
import { quote } from '../copyRow.ts'
import type { Change } from './compare.ts'
import { copyIn } from './copyIn.ts'
import { merge } from './merge.ts'
import type { Publication, TableSummary } from './publication.ts'
import type { RowFiles } from './rowFiles.ts'
import { scopeOf } from './scope.ts'
import { assertCount, nameOf } from './serverTable.ts'

/**
 * Makes one table what the catalog has, and `rollcall_units` say so.
 * @param isFrozen whether rows are to be written as vacuum would leave them; the table has to be new in this transaction
 */
export async function write(
  client: pg.Client,
  publication: Publication,
  rowFiles: RowFiles,
  isFrozen: boolean,
): Promise<Omit<TableSummary, 'unitsChanged'>> {
  const { change, files } = rowFiles
  const { table, columns, ids } = change
  const scope = scopeOf(change)
  if (scope === null) {
    if (files.length === 0) return { rowsWritten: 0, rowsDeleted: 0 }
    const list = columns.map(({ name }) => quote(name)).join(', ')
    const target = `${nameOf(publication.schema, table.name)} (${list})`
    const copied = await copyIn(client, target, rowFiles, publication.signal, isFrozen)
    assertWhole(change, copied)
    await recordUnits(client, change)
    return { rowsWritten: copied, rowsDeleted: 0 }
  }
  const merged = await merge(client, publication, rowFiles, scope)
  if (ids !== undefined) {
    if (merged.deleted + merged.updated + merged.inserted > 0) await forgetBuckets(client, table.name)
  } else {
    assertWhole(change, merged.came)
    const recorded = await forgetUnits(client, change)
    if (change.stale !== 'all') assertCount(table.name, 'rows to be replaced', merged.found, recorded)
    await recordUnits(client, change)
  }
  const { deleted, updated, inserted } = merged
  return { rowsWritten: updated + inserted, rowsDeleted: deleted + updated }
}

/** The rows that came are those that were compared. */
function assertWhole({ table, units, changed }: Change, came: number): void {
  const expected = changed.reduce((sum, unit) => sum + (units.get(unit)?.rowCount ?? 0), 0)
  assertCount(table.name, 'rows in the catalog', came, expected)
}

/** @returns how many rows the stale units had, as recorded */
async function forgetUnits(client: pg.Client, { table, stale }: Change): Promise<number> {
  const isStale = stale === 'all' ? '' : 'and unit = any($2)'
  const { rows } = await client.query<{ row_count: string }>(
    `with deleted as (
         delete from rollcall_units where table_name = $1 ${isStale} returning row_count
     )
     select coalesce(sum(row_count), 0) as row_count from deleted`,
    stale === 'all' ? [table.name] : [table.name, stale],
  )
  return Number(rows[0]?.row_count)
}

async function recordUnits(client: pg.Client, { table, units, changed }: Change): Promise<void> {
  const changedUnits = changed.map((unit) => units.get(unit) as Unit)
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
}

/**
 * What the buckets of a table hold after some of its rows were replaced is not recorded: in a long history nearly every
 * bucket has some of them each day, and the rows that say so are all over `rollcall_units`. A comparison of everything,
 * which comes after a build of everything, compares such a table row by row.
 */
async function forgetBuckets(client: pg.Client, table: string): Promise<void> {
  await client.query('delete from rollcall_units where table_name = $1', [table])
}

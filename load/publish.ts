import type pg from 'pg'
import type { Catalog } from './catalog.ts'
import { attempt } from './publish/attempt.ts'
import { dress, makeBare } from './publish/bareTables.ts'
import { type Change, changesSinceLastLoad, compare, readRecorded } from './publish/compare.ts'
import type { Publication, TableSummary } from './publish/publication.ts'
import { recordRun, recordVersion } from './publish/record.ts'
import { rowFilesOf } from './publish/rowFiles.ts'
import { assertCount, countRows, nameOf, readTables } from './publish/serverTable.ts'
import { write } from './publish/write.ts'
import { publishedTables } from './tables.ts'

/*
 * Publishing, one transaction:
 *
 *   begin ─▶ locked ─▶ read ─┬─ of each table: compared ─▶ written ─▶ checked ─┬─▶ recorded ─▶ valid ─▶ committed
 *     │        │         │   │          │           │           │               │        │         │
 *     └────────┴─────────┴───┴──────────┴───────────┴───────────┴───────────────┴────────┴─────────┴──▶ rolled back
 *
 *   locked    one load at a time per schema: another waits here, up to `lockLimit`
 *   read      what the warehouse was last given (rollcall_units), after the lock, so that it is what the load before us
 *             left. Tables without rows that get many are bare until they are written
 *   compared  with the catalog, ahead of the writing. Where the warehouse has an earlier version of the same lineage,
 *             only what has changed since; else all of it, and tables that somebody else wrote to anew
 *   written   parents first: units that are new are copied in, those that changed or vanished are merged row by row,
 *             each row counted as it arrives. Bare tables get their keys, indexes and references again
 *   checked   where all was compared, a table that was touched has as many rows as the catalog
 *   recorded  the catalog's version and the run's row say what is there now
 *   valid     foreign keys (deferred until here) hold
 *   committed readers see all of it at once; before, they saw the old state
 *
 * A commit whose answer is lost may have happened: the next attempt asks the server what became of it.
 */

/**
 * A check looks for one row each time, and Postgres plans it once: for a short table by reading it through, which of some
 * hundred webinars takes longer than all else of a check.
 */
const checkReferences = 'set local enable_seqscan = off; set constraints all immediate'

/** A transaction that has done everything but commit. */
export interface Prepared {
  /** Postgres' id of the transaction. */
  transaction: string
  tables: Record<string, TableSummary>
}

/** From here on the planner's picture of a table is renewed at once instead of whenever autovacuum comes by. */
const analyzeRowsMin = 10_000

/**
 * Brings the warehouse to the state of the catalog, from `read` to `valid`. The caller has begun the transaction
 * and taken the lock, and commits; on any error it lets the transaction go.
 */
export async function publish(
  client: pg.Client,
  catalog: Catalog,
  publication: Publication,
): Promise<Prepared> {
  const { schema, signal } = publication
  const since = await changesSinceLastLoad(client, catalog)
  const foreign = await client.query<{ id: string; table_name: string }>(
    'select id, table_name from rollcall_foreign_writes',
  )
  const written = new Set(foreign.rows.map((row) => row.table_name))
  const onServer = await readTables(client, schema)
  const recorded = await readRecorded(client, schema, since, written)
  const bare = since === null ? await makeBare(client, schema, await catalog.rowCount()) : null
  // Rows of a table that is thought to be filled are merged, and merged rows cannot be frozen: all tables or none.
  const isFrozen = bare?.isNew === true && [...recorded.values()].every(({ units }) => units.size === 0)
  const comparisons = publishedTables.map((table) => () => {
    signal?.throwIfAborted()
    const there = onServer.get(table.name) ?? { columns: [], key: [] }
    const known = recorded.get(table.name) ?? { units: new Map(), whole: null }
    return compare(catalog, table, there, known, since)
  })
  const tables: Record<string, TableSummary> = {}
  for await (const rowFiles of rowFilesOf(catalog, publication.folder, comparisons)) {
    signal?.throwIfAborted()
    const { change } = rowFiles
    const { name } = change.table
    const done = await attempt(`writing ${name}`, () => write(client, publication, rowFiles, isFrozen))
    if (bare !== null) await dress(client, bare, name, signal)
    if (!change.isPartial && done.rowsWritten + done.rowsDeleted > 0) await check(client, schema, change)
    if (!change.isPartial && done.rowsWritten >= analyzeRowsMin) {
      await client.query(`analyze ${nameOf(schema, name)}`)
    }
    tables[name] = { unitsChanged: touchedUnits(change).size, ...done }
  }
  const unitsChanged = Object.values(tables).reduce((sum, table) => sum + table.unitsChanged, 0)
  await recordRun(client, catalog, publication, unitsChanged)
  await recordVersion(client, catalog)
  await client.query('delete from rollcall_foreign_writes where id = any($1::bigint[])', [
    foreign.rows.map((row) => row.id),
  ])
  signal?.throwIfAborted()
  await attempt('checking foreign keys', () => client.query(checkReferences))
  const { rows } = await client.query<{ transaction: string }>(
    'select pg_current_xact_id()::text as transaction',
  )
  return { transaction: rows[0]?.transaction ?? '', tables }
}

function touchedUnits({ changed, stale, ids }: Change): Set<string> {
  const single = ids === undefined ? [] : [...ids.changed, ...ids.gone]
  return new Set([...changed, ...(stale === 'all' ? [] : stale), ...single])
}

/** Whether a transaction whose connection was lost at the commit went through after all. */
export async function wasCommitted(client: pg.Client, { transaction }: Prepared): Promise<boolean> {
  const { rows } = await client.query<{ status: string | null }>(
    'select pg_xact_status($1::xid8) as status',
    [transaction],
  )
  return rows[0]?.status === 'committed'
}

/** The second half of the pair: what is in the table now is what the catalog has, to the row. */
async function check(client: pg.Client, schema: string, { table, units }: Change): Promise<void> {
  const expected = [...units.values()].reduce((sum, unit) => sum + unit.rowCount, 0)
  const found = (await countRows(client, schema, [table.name])).get(table.name) ?? 0
  assertCount(table.name, 'rows after the load', found, expected)
}

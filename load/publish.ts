import type pg from 'pg'
import type { Catalog } from './catalog.ts'
import { attempt } from './publish/attempt.ts'
import { dress, makeBare } from './publish/bareTables.ts'
import { type Change, changesSinceLastLoad, compare, compareChanges } from './publish/compare.ts'
import { linesOf } from './publish/lines.ts'
import type { Publication, TableSummary } from './publish/publication.ts'
import { recordRun, recordVersion } from './publish/record.ts'
import { assertCount, countRows, nameOf, readTables } from './publish/serverTable.ts'
import { write } from './publish/write.ts'
import { publishedTables } from './tables.ts'

/*
 * Publishing, one transaction:
 *
 *   begin ─▶ locked ─▶ compared ─▶ written ─▶ recorded ─▶ checked ─▶ committed
 *     │        │          │           │           │          │
 *     └────────┴──────────┴───────────┴───────────┴──────────┴──▶ rolled back: as if never begun
 *
 *   locked    one load at a time per schema: another waits here, up to `lockLimit`
 *   compared  what the warehouse was last given (rollcall_units) against the catalog; read after the lock, so that
 *             it is what the load before us left. Where the warehouse has an earlier version of the same lineage, only
 *             what has changed since (`compareChanges`); else all of it, and tables that somebody else wrote to anew
 *   written   table by table, parents first: units that are new are copied in, those that changed or vanished are merged
 *             row by row, each row counted as it arrives. Tables that have no rows yet and get many are `bare` meanwhile
 *   recorded  rollcall_units, the catalog's version and the run's row say what is there now
 *   checked   bare tables have keys, indexes and references again, foreign keys (deferred until here) hold, and, where
 *             all was compared, every table that was touched has as many rows as the catalog
 *   committed readers see all of it at once; before, they saw the old state
 *
 * A commit whose answer is lost may have happened: the next attempt asks the server what became of it.
 */

/** A transaction that has done everything but commit. */
export interface Prepared {
  /** Postgres' id of the transaction. */
  transaction: string
  tables: Record<string, TableSummary>
}

/** From here on the planner's picture of a table is renewed at once instead of whenever autovacuum comes by. */
const analyzeRowsMin = 10_000

/**
 * Brings the warehouse to the state of the catalog, from `compared` to `checked`. The caller has begun the transaction
 * and taken the lock, and commits; on any error it lets the transaction go.
 */
export async function publish(
  client: pg.Client,
  catalog: Catalog,
  publication: Publication,
): Promise<Prepared> {
  const { schema, signal } = publication
  const changes: Change[] = []
  const since = await changesSinceLastLoad(client, catalog)
  const foreign = await client.query<{ id: string; table_name: string }>(
    'select id, table_name from rollcall_foreign_writes',
  )
  const written = new Set(foreign.rows.map((row) => row.table_name))
  const onServer = await readTables(client, schema)
  for (const table of publishedTables) {
    signal?.throwIfAborted()
    const there = onServer.get(table.name) ?? { columns: [], key: [] }
    const isPartial = since !== null && !written.has(table.name)
    changes.push(
      isPartial
        ? await compareChanges(client, catalog, table, there, since)
        : await compare(client, catalog, schema, table, there, written.has(table.name)),
    )
  }
  const bare = since === null ? await makeBare(client, schema, rowsOf(changes)) : null
  const summary: Record<string, TableSummary> = {}
  for await (const lines of linesOf(catalog, publication.folder, changes)) {
    signal?.throwIfAborted()
    const { change } = lines
    const done = await attempt(`writing ${change.table.name}`, () => write(client, publication, lines))
    summary[change.table.name] = { unitsChanged: touchedUnits(change).size, ...done }
  }
  const unitsChanged = Object.values(summary).reduce((sum, table) => sum + table.unitsChanged, 0)
  await recordRun(client, catalog, publication, unitsChanged)
  await recordVersion(client, catalog)
  await client.query('delete from rollcall_foreign_writes where id = any($1::bigint[])', [
    foreign.rows.map((row) => row.id),
  ])
  signal?.throwIfAborted()
  if (bare !== null) await dress(client, bare, signal)
  await attempt('checking foreign keys', () => client.query('set constraints all immediate'))
  for (const change of changes) {
    if (!change.isPartial) await check(client, schema, change, summary[change.table.name])
  }
  const { rows } = await client.query<{ transaction: string }>(
    'select pg_current_xact_id()::text as transaction',
  )
  const tables = Object.fromEntries(publishedTables.map(({ name }) => [name, summary[name] as TableSummary]))
  return { transaction: rows[0]?.transaction ?? '', tables }
}

function touchedUnits({ changed, stale, ids = [] }: Change): Set<string> {
  return new Set([...changed, ...(stale === 'all' ? [] : stale), ...ids])
}

function rowsOf(changes: readonly Change[]): number {
  const units = changes.flatMap((change) => [...change.units.values()])
  return units.reduce((sum, unit) => sum + unit.rowCount, 0)
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
async function check(
  client: pg.Client,
  schema: string,
  change: Change,
  summary?: TableSummary,
): Promise<void> {
  if (summary === undefined || summary.rowsWritten + summary.rowsDeleted === 0) return
  const expected = [...change.units.values()].reduce((sum, unit) => sum + unit.rowCount, 0)
  const { name } = change.table
  assertCount(name, 'rows after the load', await countRows(client, schema, name), expected)
  if (summary.rowsWritten >= analyzeRowsMin) await client.query(`analyze ${nameOf(schema, name)}`)
}

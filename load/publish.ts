import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Catalog, Unit } from './catalog.ts'
import { type Column, quote } from './copyText.ts'
import { WarehouseError } from './errors.ts'
import { type PublishedTable, publishedTables } from './tables.ts'

/*
 * Publishing, one transaction:
 *
 *   begin ─▶ locked ─▶ compared ─▶ emptied ─▶ filled ─▶ recorded ─▶ checked ─▶ committed
 *     │        │          │           │          │          │           │
 *     └────────┴──────────┴───────────┴──────────┴──────────┴───────────┴──▶ rolled back: as if never begun
 *
 *   locked    one load at a time per schema: another waits here, up to `lockLimit`
 *   compared  what the warehouse was last given (rollcall_units) against the catalog; read after the lock, so that
 *             it is what the load before us left
 *   emptied   changed and vanished units deleted, children before parents
 *   filled    changed units copied in, parents before children, each table counted as it arrives
 *   recorded  rollcall_units and the run's row say what is there now
 *   checked   foreign keys (deferred until here) and the number of rows in every table that was touched
 *   committed readers see all of it at once; before, they saw the old state
 *
 * A commit whose answer is lost may have happened: the next attempt asks the server what became of it.
 */

export interface Run {
  id: string
  kind: string
  account_id: string | null
  started_at: Date
  software_version: string
}

export interface TableSummary {
  unitsChanged: number
  rowsWritten: number
  rowsDeleted: number
}

export interface Publication {
  schema: string
  run: Run
  /** Scratch folder, private to this load. */
  folder: string
  signal?: AbortSignal
  now: () => Date
}

/** A transaction that has done everything but commit. */
export interface Prepared {
  /** Postgres' id of the transaction. */
  transaction: string
  tables: Record<string, TableSummary>
}

const lockLimit = '10min'
/** From here on the planner's picture of a table is renewed at once instead of whenever autovacuum comes by. */
const analyzeRowsMin = 10_000

interface Change {
  table: PublishedTable
  columns: Column[]
  /** Everything in the catalog. */
  units: Map<string, Unit>
  /** Units to be written. */
  changed: string[]
  /** Units to be deleted: those that are there and changed or vanished; `all` where rows cannot be told by unit. */
  stale: string[] | 'all'
}

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
  for (const table of publishedTables) {
    signal?.throwIfAborted()
    changes.push(await compare(client, catalog, schema, table))
  }
  const summary: Record<string, TableSummary> = {}
  for (const change of changes.toReversed()) {
    signal?.throwIfAborted()
    summary[change.table.name] = {
      unitsChanged: new Set([...change.changed, ...(change.stale === 'all' ? [] : change.stale)]).size,
      rowsWritten: 0,
      rowsDeleted: await attempt(`deleting from ${change.table.name}`, () => remove(client, schema, change)),
    }
  }
  for (const change of changes) {
    signal?.throwIfAborted()
    const rowsWritten = await attempt(`writing ${change.table.name}`, () =>
      fill(client, catalog, publication, change),
    )
    Object.assign(summary[change.table.name] ?? {}, { rowsWritten })
  }
  const unitsChanged = Object.values(summary).reduce((sum, table) => sum + table.unitsChanged, 0)
  await recordRun(client, catalog, publication, unitsChanged)
  signal?.throwIfAborted()
  await attempt('checking foreign keys', () => client.query('set constraints all immediate'))
  for (const change of changes) await check(client, schema, change, summary[change.table.name])
  const { rows } = await client.query<{ transaction: string }>(
    'select pg_current_xact_id()::text as transaction',
  )
  const tables = Object.fromEntries(publishedTables.map(({ name }) => [name, summary[name] as TableSummary]))
  return { transaction: rows[0]?.transaction ?? '', tables }
}

/** Whether a transaction whose connection was lost at the commit went through after all. */
export async function wasCommitted(client: pg.Client, { transaction }: Prepared): Promise<boolean> {
  const { rows } = await client.query<{ status: string | null }>(
    'select pg_xact_status($1::xid8) as status',
    [transaction],
  )
  return rows[0]?.status === 'committed'
}

/** Waits until no other load of the schema is under way. Held until the transaction ends. */
export async function lock(client: pg.Client, schema: string): Promise<void> {
  // Limits a server may have for interactive use would end a long load half-way.
  await client.query(
    `select set_config('lock_timeout', $1, true), set_config('statement_timeout', '0', true),
       set_config('idle_in_transaction_session_timeout', '0', true)`,
    [lockLimit],
  )
  try {
    await client.query(`select pg_advisory_xact_lock(hashtext('rollcall load'), hashtext($1))`, [schema])
  } catch (error) {
    if ((error as { code?: string }).code !== '55P03') throw error
    throw new WarehouseError(
      'terminal',
      `Another rollcall has been loading schema "${schema}" for more than ${lockLimit}. Wait for it to end, or end it.`,
      { code: '55P03' },
    )
  }
}

async function compare(
  client: pg.Client,
  catalog: Catalog,
  schema: string,
  table: PublishedTable,
): Promise<Change> {
  const columns = await columnsOf(client, schema, table.name)
  const units = await catalog.units(table, columns)
  const { rows } = await client.query<{ unit: string; content_hash: string; row_count: number }>(
    'select unit, content_hash, row_count from rollcall_units where table_name = $1',
    [table.name],
  )
  const recorded = rows.reduce((sum, row) => sum + row.row_count, 0)
  if ((await countRows(client, schema, table.name)) !== recorded) {
    // Somebody else wrote to the table: what is recorded no longer says what is there. Start it over.
    return { table, columns, units, changed: [...units.keys()], stale: 'all' }
  }
  const published = new Map(rows.map((row) => [row.unit, row.content_hash]))
  const changed = [...units].filter(([unit, { contentHash }]) => published.get(unit) !== contentHash)
  const stale = [...published].filter(([unit, contentHash]) => units.get(unit)?.contentHash !== contentHash)
  return { table, columns, units, changed: changed.map(([unit]) => unit), stale: stale.map(([unit]) => unit) }
}

async function remove(client: pg.Client, schema: string, { table, stale }: Change): Promise<number> {
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
  const deleted = await client.query(
    `delete from ${nameOf(schema, table.name)} where ${table.unit} in (select unnest($1::varchar[]))`,
    [stale],
  )
  assertCount(table.name, 'deleted rows', deleted.rowCount ?? 0, Number(rows[0]?.row_count))
  return deleted.rowCount ?? 0
}

/** Copies the changed units in: DuckDB writes the lines, Postgres reads them, no row passes through JavaScript. */
async function fill(
  client: pg.Client,
  catalog: Catalog,
  { schema, folder, signal }: Publication,
  { table, columns, units, changed }: Change,
): Promise<number> {
  if (changed.length === 0) return 0
  const file = join(folder, `${table.name}.copy`)
  await catalog.writeLines(table, columns, changed, file)
  const list = columns.map((column) => quote(column.name)).join(', ')
  const target = client.query(
    copyFrom(`copy ${nameOf(schema, table.name)} (${list}) from stdin (format text)`),
  )
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), target, { signal })
  await rm(file)
  const changedUnits = changed.map((unit) => units.get(unit) as Unit)
  const expected = changedUnits.reduce((sum, unit) => sum + unit.rowCount, 0)
  assertCount(table.name, 'copied rows', target.rowCount, expected)
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
  return target.rowCount
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

async function recordRun(
  client: pg.Client,
  catalog: Catalog,
  { run, now }: Publication,
  unitsChanged: number,
): Promise<void> {
  const { instances, rowsCaptured, participants, incomplete } = await catalog.figures()
  await client.query(
    `insert into rollcall_runs (id, kind, account_id, started_at, finished_at, status, instances, rows_captured,
         participants, units_changed, software_version)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (id) do update set
         kind = excluded.kind, account_id = excluded.account_id, started_at = excluded.started_at,
         finished_at = excluded.finished_at, status = excluded.status, instances = excluded.instances,
         rows_captured = excluded.rows_captured, participants = excluded.participants,
         units_changed = excluded.units_changed, software_version = excluded.software_version`,
    [
      run.id,
      run.kind,
      run.account_id,
      run.started_at,
      now(),
      incomplete === 0 ? 'complete' : 'incomplete',
      instances,
      rowsCaptured,
      participants,
      unitsChanged,
      run.software_version,
    ],
  )
}

async function columnsOf(client: pg.Client, schema: string, table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select attname as name, typname as type from pg_attribute
     join pg_type on pg_type.oid = atttypid
     where attrelid = $1::regclass and attnum > 0 and not attisdropped
     order by attnum`,
    [nameOf(schema, table)],
  )
  return rows
}

async function countRows(client: pg.Client, schema: string, table: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`select count(*) from ${nameOf(schema, table)}`)
  return Number(rows[0]?.count)
}

const nameOf = (schema: string, table: string): string => `${quote(schema)}.${quote(table)}`

function assertCount(table: string, what: string, found: number, expected: number): void {
  if (found === expected) return
  throw new WarehouseError(
    'terminal',
    `${table}: expected ${expected} ${what}, found ${found}. Nothing was changed. Somebody else may be writing to ` +
      'the table, or this is a mistake of rollcall: run `rollcall load` again, and report it if it stays.',
  )
}

/**
 * Says at which table a statement failed. Of the server's error only message, column and constraint are kept: its
 * detail and context quote whole rows, which hold names and addresses of people.
 */
async function attempt<T>(step: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { severity, code, message, column, constraint, table } = error as pg.DatabaseError
    // Connection losses are classified by the caller, and only errors of the server carry a severity.
    if (severity === undefined || !/^(2[23]|42|53100)/.test(code ?? '')) throw error
    const where = [
      table && `table ${table}`,
      column && `column ${column}`,
      constraint && `constraint ${constraint}`,
    ]
    throw new WarehouseError(
      'terminal',
      `Loading failed at ${step}: ${message} (${[code, ...where].filter(Boolean).join(', ')}). The warehouse is as it ` +
        'was before. Run `rollcall transform` to build and audit the catalog again, then `rollcall load`.',
      { code },
    )
  }
}

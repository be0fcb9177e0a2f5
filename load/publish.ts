import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Catalog, CatalogChanges, Unit } from './catalog.ts'
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
 *             it is what the load before us left. Where the warehouse has an earlier version of the same lineage, only
 *             what has changed since (`compareChanges`); else all of it, and tables that somebody else wrote to anew
 *   emptied   changed and vanished units deleted, children before parents
 *   filled    changed units copied in, parents before children, each table counted as it arrives
 *   recorded  rollcall_units, the catalog's version and the run's row say what is there now
 *   checked   foreign keys (deferred until here) and, where all was compared, the number of rows in every table that
 *             was touched
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
  /** Persons whose rows are replaced instead of units, in tables whose units are buckets of persons. */
  persons?: string[]
  /** Nothing but what has changed since the last load was looked at. */
  isPartial: boolean
}

/** Set while a load writes, so that triggers can tell it from anybody else; see the migration. */
const loadingSetting = 'rollcall.is_loading'

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
  for (const table of publishedTables) {
    signal?.throwIfAborted()
    const isPartial = since !== null && !written.has(table.name)
    changes.push(
      isPartial
        ? await compareChanges(client, catalog, schema, table, since)
        : await compare(client, catalog, schema, table, written.has(table.name)),
    )
  }
  const summary: Record<string, TableSummary> = {}
  for (const change of changes.toReversed()) {
    signal?.throwIfAborted()
    summary[change.table.name] = {
      unitsChanged: new Set([
        ...change.changed,
        ...(change.stale === 'all' ? [] : change.stale),
        ...(change.persons ?? []),
      ]).size,
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
  await recordVersion(client, catalog)
  await client.query('delete from rollcall_foreign_writes where id = any($1::bigint[])', [
    foreign.rows.map((row) => row.id),
  ])
  signal?.throwIfAborted()
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
       set_config('idle_in_transaction_session_timeout', '0', true), set_config('${loadingSetting}', 'yes', true)`,
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

/** What differs from what the warehouse has, as far as the catalog can tell; null where it cannot. */
async function changesSinceLastLoad(client: pg.Client, catalog: Catalog): Promise<CatalogChanges | null> {
  const { rows } = await client.query<{ lineage: string; version: string }>(
    'select lineage, version from rollcall_publication',
  )
  const now = await catalog.version()
  const [last] = rows
  if (last === undefined || now === null) return null
  if (last.lineage !== now.lineage || Number(last.version) > now.version) return null
  return catalog.changesSince(Number(last.version))
}

async function recordVersion(client: pg.Client, catalog: Catalog): Promise<void> {
  await client.query('delete from rollcall_publication')
  const now = await catalog.version()
  if (now === null) return
  await client.query('insert into rollcall_publication (lineage, version) values ($1, $2)', [
    now.lineage,
    now.version,
  ])
}

/** As `compare`, of what may have changed. */
async function compareChanges(
  client: pg.Client,
  catalog: Catalog,
  schema: string,
  table: PublishedTable,
  { units: candidates, persons }: CatalogChanges,
): Promise<Change> {
  const columns = await columnsOf(client, schema, table.name)
  if (table.personColumn !== undefined) {
    const units = new Map<string, Unit>()
    return { table, columns, units, changed: [], stale: [], persons, isPartial: true }
  }
  const units = await catalog.units(table, columns, candidates)
  const { rows } = await client.query<{ unit: string; content_hash: string }>(
    'select unit, content_hash from rollcall_units where table_name = $1 and unit = any($2)',
    [table.name, candidates],
  )
  return { table, columns, units, ...difference(units, rows), isPartial: true }
}

/** Units whose content is not what was published, and those to be deleted. */
function difference(
  units: ReadonlyMap<string, Unit>,
  rows: readonly { unit: string; content_hash: string }[],
): Pick<Change, 'changed' | 'stale'> {
  const published = new Map(rows.map((row) => [row.unit, row.content_hash]))
  const changed = [...units].filter(([unit, { contentHash }]) => published.get(unit) !== contentHash)
  const stale = [...published].filter(([unit, contentHash]) => units.get(unit)?.contentHash !== contentHash)
  return { changed: changed.map(([unit]) => unit), stale: stale.map(([unit]) => unit) }
}

async function compare(
  client: pg.Client,
  catalog: Catalog,
  schema: string,
  table: PublishedTable,
  isWrittenToByOthers: boolean,
): Promise<Change> {
  const columns = await columnsOf(client, schema, table.name)
  const units = await catalog.units(table, columns)
  const { rows } = await client.query<{ unit: string; content_hash: string; row_count: number }>(
    'select unit, content_hash, row_count from rollcall_units where table_name = $1',
    [table.name],
  )
  const recorded = rows.reduce((sum, row) => sum + row.row_count, 0)
  if (isWrittenToByOthers || (await countRows(client, schema, table.name)) !== recorded) {
    // Somebody else wrote to the table: what is recorded no longer says what is there. Start it over.
    return { table, columns, units, changed: [...units.keys()], stale: 'all', isPartial: false }
  }
  return { table, columns, units, ...difference(units, rows), isPartial: false }
}

async function remove(client: pg.Client, schema: string, change: Change): Promise<number> {
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

/** Deletes the rows of these persons, and makes the record say how many rows are left in each of their buckets. */
async function removePersons(
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

/**
 * Of a bucket of which only some rows were replaced. It equals no hash, so a comparison of everything, which comes after
 * a build of everything, writes the bucket once more.
 */
const unknownHash = 'some rows replaced'

/** Copies the rows of these persons in and adds them to the record of their buckets. */
async function fillPersons(
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

/** Copies the changed units in: DuckDB writes the lines, Postgres reads them, no row passes through JavaScript. */
async function fill(
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

/** @returns how many rows the server took; the file is gone then */
async function copyIn(
  client: pg.Client,
  schema: string,
  table: PublishedTable,
  columns: readonly Column[],
  file: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const list = columns.map((column) => quote(column.name)).join(', ')
  const target = client.query(
    copyFrom(`copy ${nameOf(schema, table.name)} (${list}) from stdin (format text)`),
  )
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), target, { signal })
  await rm(file)
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

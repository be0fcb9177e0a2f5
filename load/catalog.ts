import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { DuckDBInstance, version as duckdbVersion } from '@duckdb/node-api'
import { limitMemory, memoryOfThreads } from '../transform/memory.ts'
import { type Column, copyRow, quote } from './copyRow.ts'
import { WarehouseError } from './errors.ts'
import type { PublishedTable, RowKind } from './tables.ts'
import { martOf, wantedRowsOf } from './wantedRows.ts'

/** A unit as the catalog has it. Two units with equal hashes hold the same rows, whatever their order. */
export interface Unit {
  contentHash: string
  rowCount: number
}

/** What a run reports about the account as a whole. */
interface CatalogFigures {
  instances: number
  rowsCaptured: number
  participants: number
  /** Captures that are neither complete nor empty. */
  incomplete: number
}

/** Which state of the data a catalog shows. In one lineage a higher version is a later state. */
export interface CatalogVersion {
  lineage: string
  version: number
}

/** All that may differ between two versions; more than does differ is possible, less is not. */
export interface CatalogChanges {
  /** Units of all tables but those whose rows are told one by one. */
  units: string[]
  /** Ids of these rows. */
  rows: Record<RowKind, ChangedIds>
}

/** Ids of single rows. An id is in one of both. */
export interface ChangedIds {
  /** New, or not what they were; there, as far as the catalog says. */
  changed: string[]
  /** Not in the catalog any more. */
  gone: string[]
}

/** Rows of a table by where they are in it: DuckDB's `rowid`. */
interface RowRange {
  first: number
  /** Not one of them any more. */
  end: number
}

/** The units or the ids whose rows are wanted, or a part of all rows. */
export type Wanted = RowRange | { units: readonly string[] } | { ids: readonly string[] }

/** DuckDB keeps and reads rows in groups of so many. */
const rangeRows = 122_880

/**
 * A load waits for the server's one process, whose core a second thread of DuckDB would take: one that has nothing to do
 * asks for work all the time.
 */
const threads = 1

/** In bytes, what their rows need: a unit is an instance with its thousands of rows, or less. */
function memoryOf({ units, rows }: CatalogChanges): number {
  const single = rows.person.changed.length + rows.alias.changed.length
  return memoryOfThreads(threads) + 1e6 * units.length + 2000 * single
}

/**
 * In bytes, for comparing and writing all of a catalog, however long its history: rows are read and hashed or written as
 * they come, of some thousands of units at a time.
 */
const memoryOfAll = memoryOfThreads(threads) + 250e6

/** The catalog, opened for reading. Others may read it at the same time. */
export interface Catalog {
  /** Null where the catalog does not say: it then has to be compared whole. */
  version(): Promise<CatalogVersion | null>
  /** Of all marts together. */
  rowCount(): Promise<number>
  /** What has changed since a version of the same lineage. From then on no more memory is used than that needs. */
  changesSince(version: number): Promise<CatalogChanges>
  /** @param only of these units, instead of all */
  units(
    table: PublishedTable,
    columns: readonly Column[],
    only?: readonly string[],
  ): Promise<Map<string, Unit>>
  /** All rows of a table, in the order they are kept in, which is by key: some after the other. */
  ranges(table: PublishedTable): Promise<RowRange[]>
  /**
   * Writes rows to a file as binary COPY takes them, without its header: some of all in their order, or some by unit and
   * key.
   * @returns how many
   */
  writeRows(table: PublishedTable, columns: readonly Column[], wanted: Wanted, path: string): Promise<number>
  figures(): Promise<CatalogFigures>
  close(): void
}

/**
 * @param tempDir for what does not fit into memory
 * @throws WarehouseError (terminal) where there is no catalog or it cannot be read
 */
export async function openCatalog(path: string, tempDir: string, signal?: AbortSignal): Promise<Catalog> {
  findCatalog(path)
  const instance = await open(path, tempDir)
  const connection = await instance.connect()
  const interrupt = () => connection.interrupt()
  signal?.addEventListener('abort', interrupt)
  await useAtMost(memoryOfAll)

  const rows = async (sql: string): Promise<Record<string, unknown>[]> => {
    return (await connection.runAndReadAll(sql)).getRowObjectsJS()
  }

  async function useAtMost(bytes: number): Promise<void> {
    const limit = limitMemory(bytes)
    if (limit !== null) await connection.run(limit)
  }

  const wanted = wantedRowsOf(connection)
  let marts: Map<string, Set<string>> | undefined

  /** Columns of the marts by table; read once, since nobody changes a catalog. */
  async function columnsInCatalog(): Promise<Map<string, Set<string>>> {
    if (marts !== undefined) return marts
    const found = await rows(
      `select table_name, list(column_name) as columns from duckdb_columns()
       where database_name = current_database() and schema_name = 'marts' group by table_name`,
    )
    marts = new Map(found.map((row) => [String(row.table_name), new Set(row.columns as string[])]))
    return marts
  }

  let figures: Promise<CatalogFigures> | undefined

  async function readFigures(): Promise<CatalogFigures> {
    const [found] = await rows(
      `select
           (select count(*) from marts.zoom_webinar_instances)::integer as instances,
           (select coalesce(sum(captured_rows), 0) from marts.zoom_webinar_instances)::bigint as rows_captured,
           (select count(*) from marts.zoom_participants)::integer as participants,
           (select count(*) from marts.zoom_capture_audit
            where status not in ('complete', 'empty'))::integer as incomplete`,
    )
    return {
      instances: Number(found?.instances),
      rowsCaptured: Number(found?.rows_captured),
      participants: Number(found?.participants),
      incomplete: Number(found?.incomplete),
    }
  }

  async function checkColumns(table: PublishedTable, columns: readonly Column[]): Promise<void> {
    const inCatalog = (await columnsInCatalog()).get(table.name) ?? new Set()
    const inWarehouse = new Set(columns.map((column) => column.name))
    if (inCatalog.size === 0) {
      throw new WarehouseError(
        'terminal',
        `The catalog ${path} has no marts.${table.name}. Run \`rollcall transform\`.`,
      )
    }
    const missing = [...inWarehouse].filter((name) => !inCatalog.has(name))
    const unknown = [...inCatalog].filter((name) => !inWarehouse.has(name))
    if (missing.length + unknown.length === 0) return
    throw new WarehouseError(
      'terminal',
      `marts.${table.name} does not have the columns of the warehouse's ${table.name}: missing ` +
        `${missing.join(', ') || 'none'}; unknown to the warehouse ${unknown.join(', ') || 'none'}. ` +
        'Catalog and warehouse come from different versions: run `rollcall transform` and `rollcall load` again.',
    )
  }

  return {
    async version() {
      const [known] = await rows(
        `select 1 from duckdb_tables() where schema_name = 'builds' and table_name = 'state'`,
      )
      if (known === undefined) return null
      const [state] = await rows('select lineage, version from builds.state')
      return state === undefined ? null : { lineage: String(state.lineage), version: Number(state.version) }
    },

    async rowCount() {
      const [found] = await rows(
        `select coalesce(sum(estimated_size), 0)::bigint as rows from duckdb_tables()
         where database_name = current_database() and schema_name = 'marts'`,
      )
      return Number(found?.rows)
    },

    async changesSince(version) {
      // What has gone may have come back.
      const found = await rows(
        `select arg_max(kind, version) as last_kind, unit from builds.changes
         where version > ${Math.trunc(version)}
         group by replace(kind, 'gone ', ''), unit
         order by all`,
      )
      const ofKind = (kind: string) =>
        found.filter((row) => row.last_kind === kind).map((row) => String(row.unit))
      const ids = (kind: RowKind) => ({ changed: ofKind(kind), gone: ofKind(`gone ${kind}`) })
      const changes = { units: ofKind('unit'), rows: { person: ids('person'), alias: ids('alias') } }
      await useAtMost(memoryOf(changes))
      return changes
    },

    async units(table, columns, only) {
      await checkColumns(table, columns)
      const source = only === undefined ? martOf(table) : await wanted.keepUnits(table, only)
      const list = columns.map(({ name }) => quote(name)).join(', ')
      // Hashed twice, so that what is added up has no trace left of how the hashes of columns were combined.
      const found = await rows(
        `select ${table.unit} as unit, count(*)::integer as row_count, sum(hash(hash(${list})))::varchar as sum
         from ${source}
         group by all
         order by unit`,
      )
      const format = formatOf(columns)
      return new Map(
        found.map((row) => {
          const rowCount = Number(row.row_count)
          return [String(row.unit), { contentHash: `${format}:${rowCount}:${row.sum}`, rowCount }]
        }),
      )
    },

    async ranges(table) {
      const [found] = await rows(`select coalesce(max(rowid) + 1, 0)::bigint as end from ${martOf(table)}`)
      const count = Math.ceil(Number(found?.end) / rangeRows)
      return Array.from({ length: count }, (_, at) => ({ first: at * rangeRows, end: (at + 1) * rangeRows }))
    },

    async writeRows(table, columns, of, file) {
      // As they are kept: sorting a whole history takes longer than writing it.
      const source =
        'first' in of
          ? `${martOf(table)} where rowid >= ${of.first} and rowid < ${of.end}`
          : await wanted.chosen(table, of)
      const [written] = await rows(
        `copy (select ${copyRow(columns)} from ${source}) to '${file.replaceAll("'", "''")}' (format blob)`,
      )
      return Number(written?.Count)
    },

    figures() {
      figures ??= readFigures()
      return figures
    },

    close() {
      signal?.removeEventListener('abort', interrupt)
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** @throws WarehouseError (terminal) where there is no catalog */
export function findCatalog(path: string): void {
  if (existsSync(path)) return
  throw new WarehouseError(
    'terminal',
    `There is no catalog at ${path}. Run \`rollcall transform\` to build it.`,
  )
}

/** What decides on a hash beside the rows: with a new column, format or DuckDB, everything is written once more. */
function formatOf(columns: readonly Column[]): string {
  return createHash('sha256')
    .update(`${duckdbVersion()} ${copyRow(columns)}`)
    .digest('hex')
    .slice(0, 8)
}

async function open(path: string, tempDir: string): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(path, {
      access_mode: 'READ_ONLY',
      threads: String(threads),
      temp_directory: tempDir,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    })
  } catch (cause) {
    throw new WarehouseError(
      'terminal',
      `The catalog ${path} cannot be read: ${(cause as Error).message}. If another program has it open for writing, ` +
        'close that; if it is damaged, run `rollcall transform` to build it again from the raw zone.',
      { cause },
    )
  }
}

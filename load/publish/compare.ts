import type pg from 'pg'
import type { Catalog, CatalogChanges, ChangedIds, Unit } from '../catalog.ts'
import { type PublishedTable, publishedTables } from '../tables.ts'
import { countRows, type ServerTable } from './serverTable.ts'

/** What is to be done to one table. */
export interface Change extends ServerTable {
  table: PublishedTable
  /** Everything in the catalog; nothing where rows are told by their ids. */
  units: Map<string, Unit>
  /** Units to be written. */
  changed: string[]
  /** Units that are there and changed or vanished; `all` where what is recorded does not say what is there. */
  stale: string[] | 'all'
  /** Rows that may have changed, instead of units, in tables whose units are buckets of rows. */
  ids?: ChangedIds
  /** Nothing but what has changed since the last load was looked at. */
  isPartial: boolean
}

/** What Postgres says about one table before anything is written. */
export interface Recorded {
  /** Unit → content hash as of the last load: all units, or those that may have changed. */
  units: Map<string, string>
  /** Null where only what has changed since the last load is to be looked at. */
  whole: { isAsRecorded: boolean } | null
}

/** What differs from what the warehouse has, as far as the catalog can tell; null where it cannot. */
export async function changesSinceLastLoad(
  client: pg.Client,
  catalog: Catalog,
): Promise<CatalogChanges | null> {
  const { rows } = await client.query<{ lineage: string; version: string }>(
    'select lineage, version from rollcall_publication',
  )
  const now = await catalog.version()
  const [last] = rows
  if (last === undefined || now === null) return null
  if (last.lineage !== now.lineage || Number(last.version) > now.version) return null
  return catalog.changesSince(Number(last.version))
}

/**
 * Reads what `compare` needs of Postgres, of all tables by name: while one is written, the connection has no time to
 * answer about the next.
 * @param written names of tables that somebody else wrote to
 */
export async function readRecorded(
  client: pg.Client,
  schema: string,
  since: CatalogChanges | null,
  written: ReadonlySet<string>,
): Promise<Map<string, Recorded>> {
  const names = publishedTables.map(({ name }) => name)
  const whole = names.filter((name) => since === null || written.has(name))
  const { rows: units } = await client.query<{
    table_name: string
    unit: string
    content_hash: string
    row_count: number
  }>(
    `select table_name, unit, content_hash, row_count from rollcall_units where table_name = any($1)
     union all
     select table_name, unit, content_hash, row_count from rollcall_units where table_name = any($2) and unit = any($3)`,
    [whole, names.filter((name) => !whole.includes(name)), since?.units ?? []],
  )
  const counts = await countRows(client, schema, whole)
  return new Map(
    names.map((name) => {
      const ofTable = units.filter((row) => row.table_name === name)
      const recorded = ofTable.reduce((sum, row) => sum + row.row_count, 0)
      const isAsRecorded = counts.get(name) === recorded && !written.has(name)
      return [
        name,
        {
          units: new Map(ofTable.map((row) => [row.unit, row.content_hash])),
          whole: counts.has(name) ? { isAsRecorded } : null,
        },
      ]
    }),
  )
}

/** What differs from what was published: of everything, or of what may have changed. */
export async function compare(
  catalog: Catalog,
  table: PublishedTable,
  onServer: ServerTable,
  recorded: Recorded,
  since: CatalogChanges | null,
): Promise<Change> {
  const isPartial = recorded.whole === null
  const same = { ...onServer, table, isPartial }
  if (isPartial && table.rows !== undefined) {
    return { ...same, units: new Map(), changed: [], stale: [], ids: since?.rows[table.rows.kind] }
  }
  const units = await catalog.units(table, onServer.columns, isPartial ? (since?.units ?? []) : undefined)
  // Somebody else wrote to the table, or its rows were replaced one by one: what is recorded does not say what is there.
  if (recorded.whole?.isAsRecorded === false) {
    return { ...same, units, changed: [...units.keys()], stale: 'all' }
  }
  return { ...same, units, ...difference(units, recorded.units) }
}

/** Units whose content is not what was published, and those to be deleted. */
function difference(
  units: ReadonlyMap<string, Unit>,
  published: ReadonlyMap<string, string>,
): Pick<Change, 'changed' | 'stale'> {
  const changed = [...units].filter(([unit, { contentHash }]) => published.get(unit) !== contentHash)
  const stale = [...published].filter(([unit, contentHash]) => units.get(unit)?.contentHash !== contentHash)
  return { changed: changed.map(([unit]) => unit), stale: stale.map(([unit]) => unit) }
}

import type pg from 'pg'
import type { Catalog, CatalogChanges, Unit } from '../catalog.ts'
import type { PublishedTable } from '../tables.ts'
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
  /** Ids of the rows that may have changed, instead of units, in tables whose units are buckets of rows. */
  ids?: string[]
  /** Nothing but what has changed since the last load was looked at. */
  isPartial: boolean
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

/** What differs from what was published, looking at everything. */
export async function compare(
  client: pg.Client,
  catalog: Catalog,
  schema: string,
  table: PublishedTable,
  onServer: ServerTable,
  isWrittenToByOthers: boolean,
): Promise<Change> {
  const units = await catalog.units(table, onServer.columns)
  const { rows } = await client.query<{ unit: string; content_hash: string; row_count: number }>(
    'select unit, content_hash, row_count from rollcall_units where table_name = $1',
    [table.name],
  )
  const recorded = rows.reduce((sum, row) => sum + row.row_count, 0)
  if (isWrittenToByOthers || (await countRows(client, schema, table.name)) !== recorded) {
    // Somebody else wrote to the table: what is recorded no longer says what is there. Start it over.
    return { ...onServer, table, units, changed: [...units.keys()], stale: 'all', isPartial: false }
  }
  return { ...onServer, table, units, ...difference(units, rows), isPartial: false }
}

/** As `compare`, of what may have changed. */
export async function compareChanges(
  client: pg.Client,
  catalog: Catalog,
  table: PublishedTable,
  onServer: ServerTable,
  { units: candidates, rows: ids }: CatalogChanges,
): Promise<Change> {
  if (table.rows !== undefined) {
    const units = new Map<string, Unit>()
    return { ...onServer, table, units, changed: [], stale: [], ids: ids[table.rows.kind], isPartial: true }
  }
  const units = await catalog.units(table, onServer.columns, candidates)
  const { rows } = await client.query<{ unit: string; content_hash: string }>(
    'select unit, content_hash from rollcall_units where table_name = $1 and unit = any($2)',
    [table.name, candidates],
  )
  return { ...onServer, table, units, ...difference(units, rows), isPartial: true }
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

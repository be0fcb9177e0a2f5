import type pg from 'pg'
import type { Catalog } from './catalog.ts'
import { quote } from './copyRow.ts'
import { WarehouseError } from './errors.ts'

/** What a load may do to a warehouse only when somebody says so. */
export interface Guard {
  /** Ids of all runs of the data folder: the warehouse's last run has to be one of them. Unknown: not checked. */
  runIds?: readonly string[]
  /** The catalog may be empty where the warehouse is not. */
  isEmptyAllowed?: boolean
  /** The warehouse may have been published to from another data folder. */
  isTakeOver?: boolean
}

/**
 * Stops a load that would empty a warehouse, or replace what another data folder published: publishing removes what the
 * catalog does not have, so both would take the other's data away in turn. Runs carry unique ids, so a folder that does
 * not know the warehouse's last run is another one, or an older copy of it.
 * @throws WarehouseError (terminal) saying what to do
 */
export async function guard(
  client: pg.Client,
  catalog: Pick<Catalog, 'figures'>,
  schema: string,
  { runIds, isEmptyAllowed = false, isTakeOver = false }: Guard = {},
): Promise<void> {
  const { rows } = await client.query<{ id: string; finished_at: Date }>(
    `select id, finished_at from ${quote(schema)}.rollcall_runs order by finished_at desc, id desc limit 1`,
  )
  const last = rows[0]
  if (last === undefined) return
  if (runIds !== undefined && !runIds.includes(last.id) && !isTakeOver) {
    throw new WarehouseError(
      'terminal',
      `Schema "${schema}" was last published to from another data folder, or by a later state of this one (run ${last.id}, ${last.finished_at.toISOString()}). ` +
        'Publishing would replace its content with that of this folder, so nothing was changed. Give this folder a database of its own ' +
        '(DATABASE_URL), or publish from the folder that has the run; if that one is gone for good, run the command again with --take-over.',
    )
  }
  if (isEmptyAllowed) return
  const filled = await client.query(`select 1 from ${quote(schema)}.zoom_webinar_instances limit 1`)
  if ((filled.rowCount ?? 0) === 0 || (await catalog.figures()).instances > 0) return
  throw new WarehouseError(
    'terminal',
    `The catalog has no instance of any webinar, and the warehouse has: publishing would empty schema "${schema}", so nothing was changed. ` +
      'Check that the data folder is the right one (--data-dir, ROLLCALL_DATA_DIR) and has its raw files; if the warehouse is to be emptied, ' +
      'run the command again with --allow-empty.',
  )
}

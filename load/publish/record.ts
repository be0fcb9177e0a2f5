import type pg from 'pg'
import type { Catalog } from '../catalog.ts'
import type { Publication } from './publication.ts'

/** Writes the row of the run, with what the account is now. */
export async function recordRun(
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

/** Makes the warehouse say which state of the data it was given. */
export async function recordVersion(client: pg.Client, catalog: Catalog): Promise<void> {
  await client.query('delete from rollcall_publication')
  const now = await catalog.version()
  if (now === null) return
  await client.query('insert into rollcall_publication (lineage, version) values ($1, $2)', [
    now.lineage,
    now.version,
  ])
}

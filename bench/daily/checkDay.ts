import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Extracted } from './measureStage.ts'
import { newPeople } from './people.ts'

/** Readings of a day with one new instance: six of it, six of its webinar. */
const readingsOfDay = 12

/** Makes sure that a run found nothing due, but for the readings of a new instance. @throws Error otherwise */
export function checkExtracted(extracted: Extracted | null, hasNext: boolean): void {
  const { planned, statuses } = extracted ?? { planned: null, statuses: {} }
  const others = Object.keys(statuses).filter((status) => status !== 'complete' && status !== 'empty')
  const wanted = hasNext ? readingsOfDay : 0
  if (planned === wanted && others.length === 0) return
  throw new Error(`planned ${planned} readings instead of ${wanted}; statuses: ${JSON.stringify(statuses)}`)
}

/** Makes sure that the catalog has the new instance, with all its people and rows. @throws Error otherwise */
export async function checkCatalog(dataDir: string, instanceUuid: string): Promise<void> {
  const instance = await DuckDBInstance.create(join(dataDir, 'rollcall.duckdb'), { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  try {
    const reader = await connection.runAndReadAll(
      `select
           (select count(*)::int from raw.participants where instance_uuid = $uuid) as raw_rows,
           (select count(distinct name)::int from raw.participants where instance_uuid = $uuid) as people,
           captured_rows::int as captured_rows,
           capture_status,
           (select count(*)::int from raw.captures
            where instance_uuid = $uuid and status not in ('complete', 'empty')) as not_whole
       from marts.zoom_webinar_instances
       where zoom_uuid = $uuid`,
      { uuid: instanceUuid },
    )
    const [found] = reader.getRowObjectsJS()
    const rows = 2 * newPeople
    const wanted = {
      raw_rows: rows,
      people: newPeople,
      captured_rows: rows,
      capture_status: 'complete',
      not_whole: 0,
    }
    if (JSON.stringify(found) === JSON.stringify(wanted)) return
    throw new Error(
      `of ${instanceUuid} the catalog has ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`,
    )
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

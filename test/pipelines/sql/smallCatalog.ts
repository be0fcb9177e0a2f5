import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

/** A catalog of two tables, one with a name that is hostile to terminals. */
export async function writeSmallCatalog(dataDir: string): Promise<void> {
  const instance = await DuckDBInstance.create(path.join(dataDir, 'rollcall.duckdb'))
  const connection = await instance.connect()
  for (const statement of [
    'create schema marts',
    'create schema raw',
    `create table marts.zoom_webinars as
         select 91234567890::bigint as zoom_webinar_id, 'Grants 101' as topic, 2::bigint as people,
                timestamptz '2026-05-01 10:00:00+02' as start_time
         union all select 99876543210, 'Ready?' || chr(27) || '[2J, "go"', 7, null`,
    `comment on table marts.zoom_webinars is 'One row per webinar. More is said elsewhere.'`,
    `create view raw.polls as select 'yes' as answer`,
  ])
    await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
}

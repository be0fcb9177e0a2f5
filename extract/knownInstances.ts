import type { PlanOptions } from './planOptions.ts'
import type { RawQuery } from './raw/query.ts'

interface KnownInstance {
  uuid: string
  webinarId: number
  start: string
  end: string | null
  hint: number | null
}

/** Instances that have ended, united by uuid over all routes, newest first, so that a stopped run has the newest. */
export async function knownInstances(options: PlanOptions, query: RawQuery): Promise<KnownInstance[]> {
  const rows = await query<{
    uuid: string
    webinar_id: number
    start_ms: number
    end_ms: number | null
    hint: number | null
  }>(
    `select
         zoom_uuid as uuid,
         max(webinar_id) as webinar_id,
         min(epoch_ms(start_time)) as start_ms,
         max(epoch_ms(end_time)) as end_ms,
         max(greatest(participants_count, unique_viewers)) as hint
     from raw.instances
     where account_id = $account and source_endpoint <> 'csv'
         and zoom_uuid is not null and webinar_id is not null and start_time is not null
     group by zoom_uuid
     order by min(start_time) desc, zoom_uuid`,
    { account: options.accountId },
  )
  return rows
    .map((row) => ({
      uuid: row.uuid,
      webinarId: row.webinar_id,
      start: new Date(row.start_ms).toISOString(),
      end: row.end_ms === null ? null : new Date(row.end_ms).toISOString(),
      hint: row.hint,
    }))
    .filter(
      (instance) =>
        Date.parse(instance.start) <= options.now.getTime() &&
        (options.since === undefined || Date.parse(instance.start) >= options.since.getTime()) &&
        (options.until === undefined || Date.parse(instance.start) <= options.until.getTime()) &&
        (options.webinarIds.length === 0 || options.webinarIds.includes(instance.webinarId)),
    )
}

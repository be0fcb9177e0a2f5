import type { RawQuery } from './raw/query.ts'

/**
 * Creates the temporary table `seen_instances`: one row per instance and webinar it was seen with, over all routes but
 * imported reports. Every route lists an instance in run after run, so a plan reads all these rows once, here.
 *
 *   uuid, webinar_id  null where a route did not say
 *   start_ms, end_ms, hint  of sightings with a start: earliest and latest time, largest participant figure
 *   last_ms           when it ended, or else began, by any sighting
 */
export async function findSeenInstances(accountId: string, query: RawQuery): Promise<void> {
  await query(
    `create or replace temp table seen_instances as
     select
         zoom_uuid as uuid,
         webinar_id,
         min(epoch_ms(start_time)) as start_ms,
         max(epoch_ms(end_time)) filter (start_time is not null) as end_ms,
         max(greatest(participants_count, unique_viewers)) filter (start_time is not null) as hint,
         max(epoch_ms(coalesce(end_time, start_time))) as last_ms
     from raw.instances
     where account_id = $account and source_endpoint <> 'csv'
     group by zoom_uuid, webinar_id`,
    { account: accountId },
  )
}

import { sql } from 'kysely'
import type { Filter, WebinarLine } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'
import { filteredInstances } from './filter.ts'

/** More than anybody reads; what is left out is told. */
const linesMax = 500

/** A line a webinar over the instances the filter leaves, the best attended first. Registrations are the webinar's. */
export async function webinarLines(
  snapshot: Snapshot,
  filter: Filter,
): Promise<{ webinars: WebinarLine[]; leftOut: number }> {
  const { rows } = await sql<WebinarLine & { found: number }>`
    with ran as (
      select
        webinar_id,
        max(start_time) as last_start,
        count(*)::int as instances,
        sum(actual_participant_count)::int as participants,
        sum(total_duration) as seconds,
        -- Presence against what it would be had everybody stayed throughout.
        sum(total_duration) filter (where duration > 0)
          / nullif(sum(actual_participant_count::float8 * duration), 0) as share,
        max(peak_concurrent)::int as peak,
        (array['failed', 'denied', 'expired', 'partial', 'not_ready', 'complete'])[
          min(coalesce(
            array_position(array['failed', 'denied', 'expired', 'partial', 'not_ready'], capture_status), 6
          ))
        ] as status
      from ${filteredInstances(filter)} as instances
      group by webinar_id
    )
    select
      webinars.id,
      webinars.zoom_webinar_id as "zoomWebinarId",
      webinars.topic,
      webinars.host_email as host,
      ran.last_start as "lastStart",
      ran.instances,
      ran.participants,
      (ran.seconds / nullif(ran.participants, 0))::float8 as "averageSeconds",
      least(100 * ran.share, 100)::float8 as "averageShare",
      case when webinars.total_registrants > 0 then webinars.total_registrants end as registrations,
      case when webinars.total_registrants > 0 then webinars.registrants_attended end as "registrationsCame",
      ran.peak,
      ran.status,
      count(*) over ()::int as found
    from ran
    join zoom_webinars as webinars on webinars.id = ran.webinar_id
    order by ran.participants desc, webinars.topic, webinars.id
    limit ${linesMax}
  `.execute(snapshot)
  return {
    webinars: rows.map(({ found: _, ...line }) => line),
    leftOut: (rows[0]?.found ?? 0) - rows.length,
  }
}

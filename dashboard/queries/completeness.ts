import { sql } from 'kysely'
import type { Completeness, Filter } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'
import { filteredInstances, isNarrowed } from './filter.ts'

/** What is there of what Zoom says exists, and as of when. A narrowed view tells of its own instances and webinars. */
export async function completenessOf(snapshot: Snapshot, filter: Filter): Promise<Completeness> {
  const ran = filteredInstances(filter)
  const within = isNarrowed(filter)
    ? sql`(instance_id in (select id from ${ran} as a)
        or (instance_id is null and webinar_id in (select webinar_id from ${ran} as b)))`
    : sql`true`
  const statuses = await sql<Completeness['statuses'][number]>`
    select capture_status as status, count(*)::int as instances
    from ${ran} as ran
    group by 1
    order by 2 desc, 1
  `.execute(snapshot)
  const rows = await sql<{ captured: number; expected: number; capturedAt: Date | null }>`
    select
      coalesce(sum(captured) filter (where stream = 'participants'), 0)::float8 as captured,
      coalesce(sum(coalesce(expected, captured)) filter (where stream = 'participants'), 0)::float8 as expected,
      max(captured_at) as "capturedAt"
    from zoom_capture_audit
    where ${within}
  `.execute(snapshot)
  const lacking = await sql<Completeness['lacking'][number]>`
    select stream, status, count(*)::int as readings
    from zoom_capture_audit
    where status not in ('complete', 'empty') and ${within}
    group by 1, 2
    order by 3 desc, 1, 2
  `.execute(snapshot)
  const run = await snapshot
    .selectFrom('rollcall_runs')
    .select(['finished_at', 'software_version'])
    .orderBy('finished_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  const [counted] = rows.rows
  return {
    publishedAt: run?.finished_at ?? null,
    capturedAt: counted?.capturedAt ?? null,
    version: run?.software_version ?? null,
    statuses: statuses.rows,
    captured: counted?.captured ?? 0,
    expected: counted?.expected ?? 0,
    lacking: lacking.rows,
  }
}

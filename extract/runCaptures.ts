import type { DoneCapture } from './capture.ts'
import type { PlanOptions } from './planOptions.ts'
import { queryRaw } from './raw/query.ts'
import type { CaptureStatus } from './streams.ts'

/**
 * The captures this run already made, as `stream|subject|source`, so that going on asks Zoom for none of them again.
 * Failed ones are left out: trying again is the point of going on. Lists are current for some hours only, but for
 * lists of days long past: a backfill that goes on every day must not spend its quota on finding the same instances.
 */
export async function capturesOfRun({
  dataDir,
  run,
  settleDays,
  opened,
}: Pick<PlanOptions, 'dataDir' | 'run' | 'settleDays' | 'opened'>): Promise<Map<string, DoneCapture>> {
  const rows = await queryRaw<{
    key: string
    status: CaptureStatus
    reason: string | null
    expected: number | null
  }>(
    dataDir,
    `select concat_ws('|', stream, subject, source_endpoint) as key, status, reason,
         expected_rows as expected
     from raw.captures
     where run_id = $run and status <> 'failed'
         and (
             (instance_uuid is not null and status <> 'not_ready')
             or epoch_ms(finished_at) >= $fresh
             or (
                 stream = 'instances' and status in ('complete', 'empty')
                 and try_cast(regexp_extract(subject, '[.]{2}([0-9-]{10})$', 1) as date)
                     + to_days($list_settled_days) <= finished_at
             )
         )
     order by capture_id`,
    { run: run.id, fresh: run.freshSinceMs, list_settled_days: settleDays + 1 },
  )
  // What a scope has opened meanwhile is asked again, although it was refused before.
  const isOpened = (key: string) =>
    opened.some(({ stream, source }) => key.startsWith(`${stream}|`) && key.endsWith(`|${source}`))
  return new Map(
    rows
      .filter(({ key, status }) => status !== 'denied' || !isOpened(key))
      .map(({ key, status, reason, expected }) => [
        key,
        { verdict: { status, reason: reason ?? undefined }, expected },
      ]),
  )
}

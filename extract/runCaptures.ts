import type { DoneCapture } from './capture.ts'
import { queryRaw } from './raw/query.ts'
import { FRESH_MS } from './runs.ts'
import type { CaptureStatus } from './streams.ts'

/**
 * The captures this run already made, as `stream|subject|source`, so that going on asks Zoom for none of them again.
 * Failed ones are left out: trying again is the point of going on.
 */
export async function capturesOfRun(
  dataDir: string,
  runId: string,
  nowMs: number,
): Promise<Map<string, DoneCapture>> {
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
         )
     order by capture_id`,
    { run: runId, fresh: nowMs - FRESH_MS },
  )
  return new Map(
    rows.map(({ key, status, reason, expected }) => [
      key,
      { verdict: { status, reason: reason ?? undefined }, expected },
    ]),
  )
}

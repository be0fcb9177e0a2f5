import { queryRaw } from './raw/query.ts'
import type { CaptureStatus } from './streams.ts'
import type { Verdict } from './verdict.ts'

/** A resumed run takes its own lists for current this long; older ones are read again. */
const FRESH_MS = 6 * 3_600_000

/**
 * The captures this run already made, as `stream|subject|source`, so that going on asks Zoom for none of them again.
 * Failed ones are left out: trying again is the point of going on.
 */
export async function capturesOfRun(
  dataDir: string,
  runId: string,
  nowMs: number,
): Promise<Map<string, Verdict>> {
  const rows = await queryRaw<{ key: string; status: CaptureStatus; reason: string | null }>(
    dataDir,
    `select concat_ws('|', stream, subject, source_endpoint) as key, status, reason
     from raw.captures
     where run_id = $run and status <> 'failed'
         and (
             instance_uuid is not null
             or epoch_ms(finished_at) >= $fresh
         )
     order by capture_id`,
    { run: runId, fresh: nowMs - FRESH_MS },
  )
  return new Map(rows.map((row) => [row.key, { status: row.status, reason: row.reason ?? undefined }]))
}

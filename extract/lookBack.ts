import { DateTime } from 'luxon'
import { firstOwedDay } from './discovery/owedDays.ts'
import { hasUnreplaced } from './raw/lost.ts'
import { isWhole, type Run } from './runs.ts'
import { REPORT_REACH_MONTHS } from './verdict.ts'
import type { Endpoint } from './zoom/endpoint.ts'

/** The last run before this one that read the whole account as far as it had to; undefined where there is none. */
export function lastWholeRun(
  runs: readonly Run[],
  accountId: string,
  thisRunId: string | null,
): Run | undefined {
  return runs.findLast(
    (run) =>
      run.account_id === accountId &&
      run.kind === 'extract' &&
      run.run_id !== thisRunId &&
      isWhole(run) &&
      run.is_narrowed !== true,
  )
}

/**
 * How far back lists of instances are asked: Zoom's reach, or since the last finished run less the time in which
 * reports still change; further where a listing of earlier days failed, or could not be asked for want of a scope.
 */
export async function lookBackTo(
  { dataDir, accountId, settleDays }: { dataDir: string; accountId: string; settleDays: number },
  isFull: boolean,
  last: Run | undefined,
  opened: readonly Endpoint[],
  now: Date,
): Promise<Date> {
  const reach = DateTime.fromJSDate(now, { zone: 'utc' })
    .minus({ months: REPORT_REACH_MONTHS })
    .plus({ days: 1 })
  const hasNewRoute = opened.some(({ stream }) => stream === 'instances' || stream === 'users')
  if (isFull || last === undefined || hasNewRoute || hasUnreplaced(dataDir)) return reach.toJSDate()
  const since = DateTime.fromISO(last.started_at, { zone: 'utc' }).minus({ days: settleDays + 1 })
  const owed = await firstOwedDay(dataDir, accountId, reach.toJSDate())
  const first = owed === null ? since : DateTime.min(since, DateTime.fromJSDate(owed, { zone: 'utc' }))
  return DateTime.max(reach, first).toJSDate()
}

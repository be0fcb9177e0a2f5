import type { ExtractOptions } from './extractOptions.ts'
import { lastWholeRun, lookBackTo } from './lookBack.ts'
import type { PlanOptions } from './planOptions.ts'
import { FRESH_MS, type Run } from './runs.ts'
import { openedSince } from './zoom/scopes.ts'

const CONCURRENCY = 16
export const SETTLE_DAYS = 7
export const CONFIRM_MINUTES = 60

/** What discovery, plan and captures of one run go by, with every default in place. */
export interface Settings extends PlanOptions {
  concurrency: number
  /** First and last moment of the lists of instances. */
  listed: { since: Date; until: Date }
}

/**
 * The settings of a run that is begun or gone on with now.
 * @param run the run; `started_at` decides which windows of days its lists have
 * @param runs all runs of the data folder
 * @param granted scopes of the token
 */
export async function settingsOf(
  options: ExtractOptions,
  run: Pick<Run, 'run_id' | 'started_at' | 'is_full' | 'scopes'>,
  runs: readonly Run[],
  granted: readonly string[],
  now: Date,
): Promise<Settings> {
  // Lists are asked for the days up to the run's beginning: a run resumed past midnight asks for the same windows.
  const begun = new Date(run.started_at)
  const asOf = now.getTime() - begun.getTime() < FRESH_MS ? begun : now
  const last = lastWholeRun(runs, options.accountId, run.run_id)
  const opened = openedSince(last?.scopes ?? run.scopes, granted)
  const isFull = run.is_full === true
  const settings = {
    dataDir: options.dataDir,
    accountId: options.accountId,
    run: { id: run.run_id, freshSinceMs: now.getTime() - FRESH_MS },
    now,
    since: options.since,
    until: options.until ?? now,
    webinarIds: options.webinarIds ?? [],
    concurrency: options.concurrency ?? CONCURRENCY,
    settleDays: options.settleDays ?? SETTLE_DAYS,
    confirmMinutes: options.confirmMinutes ?? CONFIRM_MINUTES,
    opened,
    isPatienceOver: isFull,
  }
  const since = options.since ?? (await lookBackTo(settings, isFull, last, opened, asOf))
  return { ...settings, listed: { since, until: options.until ?? asOf } }
}

import { type Run, requestsOn, saveRun } from './runs.ts'
import type { DailyUse } from './zoom/dailyBudget.ts'

/** How often a running extract writes down what it used of the day's quota; a crash forgets no more than this. */
const SAVE_EVERY_MS = 10_000

/** What the account used today over all its runs, as the client wants it. */
export function dailyUse(runs: readonly Run[], accountId: string, nowMs: number): DailyUse {
  const day = new Date(nowMs).toISOString().slice(0, 10)
  const { light = 0, medium = 0, heavy = 0, resource_intensive = 0 } = requestsOn(runs, accountId, day)
  return { day, light, medium, heavy, resource_intensive }
}

/**
 * Keeps a run's share of the daily quota in its run file. `used` counts for the whole account and starts at `seed`,
 * so the run's own share is the difference, on top of what the run had used before it was resumed.
 */
export function requestRecord(
  dataDir: string,
  run: Run,
  seed: DailyUse,
  used: () => DailyUse,
  clock: () => number,
) {
  let savedAtMs = clock()
  let saving: Promise<void> = Promise.resolve()

  const requests = (): Run['requests'] => {
    const { day, ...now } = used()
    const before = run.requests[day] ?? {}
    const start: Partial<DailyUse> = day === seed.day ? seed : {}
    const own = Object.entries(now).map(([label, made]) => [
      label,
      (before[label] ?? 0) + made - Number(start[label as keyof DailyUse] ?? 0),
    ])
    return { ...run.requests, [day]: Object.fromEntries(own) }
  }

  return {
    requests,
    /** Requests of this process, by label. */
    made(): Record<string, number> {
      const { day, ...now } = used()
      const start: Partial<DailyUse> = day === seed.day ? seed : {}
      return Object.fromEntries(
        Object.entries(now).map(([label, count]) => [
          label,
          count - Number(start[label as keyof DailyUse] ?? 0),
        ]),
      )
    },
    /** Writes the run file when the last time is long enough ago; awaited by `settle`. */
    tick() {
      if (clock() - savedAtMs < SAVE_EVERY_MS) return
      savedAtMs = clock()
      saving = saving.then(() => saveRun(dataDir, { ...run, requests: requests() }))
      // `settle` hands the error on; until then it must not count as unhandled and end the process.
      saving.catch(() => undefined)
    },
    /** The last write is over; to be awaited before the run file is written for good. */
    settle: () => saving,
  }
}

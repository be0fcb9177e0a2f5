import { type CaptureContext, Stopped } from '../capture.ts'
import { discover, type Route } from '../discovery/discover.ts'
import { type ExtractEffects, type ExtractOptions, PAGES_MAX } from '../extract.ts'
import { makePlan, type Plan } from '../plan.ts'
import { realDisk } from '../raw/disk.ts'
import { openRawZone } from '../raw/zone.ts'
import { dailyUse } from '../requestRecord.ts'
import { capturesOfRun } from '../runCaptures.ts'
import { listRuns, newRunId, openRun } from '../runs.ts'
import { settingsOf } from '../settings.ts'
import { createZoomClient } from '../zoom/client.ts'
import type { DailyUse } from '../zoom/dailyBudget.ts'
import type { RateLabel } from '../zoom/endpoint.ts'
import { parsePage } from '../zoom/endpoints/catalogue.ts'
import { leastTimeMs } from '../zoom/pace.ts'
import { cappedQuotas, rateLabels } from '../zoom/plans.ts'
import { type Forecast, forecast, noRequests } from './forecast.ts'
import { shadowOf } from './shadow.ts'

/** What an extract would do now, as far as it can be known. */
export interface DryRun {
  /** The run that would be gone on with, or null for a new one. */
  resumes: string | null
  /** Requests made to find out, by label; an extract makes them again. */
  discovery: Record<RateLabel, number>
  routes: Route[]
  plan: Plan
  forecast: Forecast
  /** Requests of the whole extract by label, discovery included. */
  requests: Record<RateLabel, number>
  /** Of these, requests that depend on the length of lists nobody has read as they are now. */
  estimated: Record<RateLabel, number>
  /** Shortest time at the account's limits, in ms. */
  leastTimeMs: number
  quotas: QuotaUse[]
  /** Days it takes at the tightest quota; today counts as one. */
  days: number
}

interface DryRunEffects extends Omit<ExtractEffects, 'onEvent'> {
  onWait?(reason: string, untilMs: number): void
}

/** A daily quota and what an extract would take of it. */
export interface QuotaUse {
  labels: readonly RateLabel[]
  /** Null where only `--quota` limits these requests. */
  requests: number | null
  /** What may be used of it. */
  ceiling: number
  /** By other runs of today. */
  usedToday: number
  needed: number
}

/**
 * Finds out what an extract with these options would read now, without capturing anything: instances are looked for at
 * Zoom as an extract does, because a plan without the new ones would be none, but in a shadow of the data folder that is
 * thrown away. What it costs is the price of a sync on a day without news.
 *
 * A run that was killed and left pages in its journal is forecast as if it had to read them again.
 *
 * @throws {ZoomError} as `extract`, also where the quota of the day does not suffice for looking
 */
export async function dryRun(options: ExtractOptions, effects: DryRunEffects = {}): Promise<DryRun> {
  const clock = effects.clock ?? Date.now
  const now = new Date(clock())
  const { accountId, plan: zoomPlan } = options
  const runs = listRuns(options.dataDir)
  const open = openRun(runs, accountId, 'extract', now.getTime())
  const shadow = await shadowOf(options.dataDir)
  const seed = dailyUse(runs, accountId, now.getTime())
  const client = createZoomClient(
    { ...options.patience, ...options, usedToday: seed },
    {
      clock,
      dispatcher: effects.dispatcher,
      sleep: effects.sleep,
      onWait: (reason, untilMs) => effects.onWait?.(reason.message, untilMs),
    },
  )
  try {
    const granted = await client.scopes()
    const runId = newRunId(now.getTime(), accountId)
    const settings = await settingsOf(
      { ...options, dataDir: shadow.dataDir },
      {
        run_id: open?.run_id ?? runId,
        started_at: open?.started_at ?? now.toISOString(),
        is_full: open?.is_full || options.mode === 'full',
        scopes: open?.scopes,
      },
      runs,
      granted,
      now,
    )
    const zone = await openRawZone(
      { dataDir: shadow.dataDir, accountId, runId, parse: parsePage },
      { clock, disk: realDisk },
    )
    const context: CaptureContext = {
      client,
      zone,
      clock,
      pagesMax: options.pagesMax ?? PAGES_MAX,
      isStopping: () => options.signal?.aborted ?? false,
      refused: new Map(),
      done: await capturesOfRun(settings),
    }
    // Closed whatever happens: its journal is a file that is open.
    const routes = await discover(context, settings).finally(() => zone.close())
    const discovery = less(client.used(), seed)
    const plan = await makePlan(settings)
    const found = await forecast(plan, settings, context.done, granted)
    if (options.signal?.aborted) throw new Stopped()
    return { resumes: open?.run_id ?? null, discovery, routes, plan, ...costOf(found, discovery) }
  } finally {
    await client.close()
    await shadow.remove()
  }

  function costOf(found: Forecast, discovery: Record<RateLabel, number>) {
    const phases = [discovery, ...found.phases]
    const requests = sum(phases)
    const estimated = noRequests()
    for (const { label, basis } of found.lines)
      estimated[label] += (basis.reported ?? 0) + (basis.at_least_one ?? 0)
    const quotas = cappedQuotas(zoomPlan, options.quotaCap).map(
      ({ labels, requests: whole, ceiling }): QuotaUse => ({
        labels,
        requests: Number.isFinite(whole) ? whole : null,
        ceiling: Math.min(whole, ceiling),
        usedToday: totalOf(seed, labels),
        needed: totalOf(requests, labels),
      }),
    )
    return {
      forecast: found,
      requests,
      estimated,
      leastTimeMs: phases.reduce((time, phase) => time + leastTimeMs(zoomPlan, phase), 0),
      quotas,
      days: Math.max(1, ...quotas.map((quota) => daysOf(quota, totalOf(discovery, quota.labels)))),
    }
  }
}

/** Every further day looks for instances again before it captures; a quota that does not even suffice for that never ends. */
function daysOf({ ceiling, usedToday, needed }: QuotaUse, discovery: number): number {
  const today = Math.max(0, ceiling - usedToday)
  if (needed <= today) return 1
  return 1 + Math.ceil((needed - today) / Math.max(0, ceiling - discovery))
}

function less(used: DailyUse, seed: DailyUse): Record<RateLabel, number> {
  const before = used.day === seed.day ? seed : noRequests()
  return Object.fromEntries(rateLabels.map((label) => [label, used[label] - before[label]])) as Record<
    RateLabel,
    number
  >
}

function sum(phases: readonly Record<RateLabel, number>[]): Record<RateLabel, number> {
  return Object.fromEntries(
    rateLabels.map((label) => [label, phases.reduce((all, phase) => all + phase[label], 0)]),
  ) as Record<RateLabel, number>
}

const totalOf = (requests: Readonly<Record<RateLabel, number>>, labels: readonly RateLabel[]) =>
  labels.reduce((all, label) => all + requests[label], 0)

import type { Dispatcher } from 'undici'
import { type CaptureContext, capture, Stopped } from './capture.ts'
import { discover, type Route } from './discovery/discover.ts'
import type { ExtractOptions } from './extractOptions.ts'
import { endAfterGrace } from './grace.ts'
import { outageGuard } from './outage.ts'
import { makePlan, type Plan } from './plan.ts'
import { inPool } from './pool.ts'
import { realDisk } from './raw/disk.ts'
import { RawZoneError } from './raw/error.ts'
import { describeFaults, type Fault, inspectRaw } from './raw/inspect.ts'
import { markReplaced } from './raw/lost.ts'
import type { RawZone } from './raw/rawZone.ts'
import { openRawZone } from './raw/zone.ts'
import { captureRegistrantSources } from './registrantSources.ts'
import { dailyUse, requestRecord } from './requestRecord.ts'
import { capturesOfRun } from './runCaptures.ts'
import { beginRun, isWhole, listRuns, type Run, saveRun } from './runs.ts'
import { type Settings, settingsOf } from './settings.ts'
import type { CaptureStatus, DataStream, Source, Subject } from './streams.ts'
import type { Verdict } from './verdict.ts'
import { createZoomClient, type ZoomClient } from './zoom/client.ts'
import { parsePage } from './zoom/endpoints/catalogue.ts'
import { ZoomError } from './zoom/errors.ts'
import { planLimits } from './zoom/plans.ts'

export type { ExtractOptions }

export type ExtractEvent =
  | { type: 'run'; run: Run; isResumed: boolean }
  /** Lists in which instances are looked for; `perMinute` is the pace of the slowest kind, null without limits. */
  | { type: 'list'; done: number; total: number; perMinute: number | null }
  | { type: 'discovered'; plan: Plan; routes: Route[] }
  | { type: 'page'; stream: DataStream; subject: Subject; rows: number }
  | { type: 'capture'; stream: DataStream; subject: Subject; source: Source; verdict: Verdict }
  | { type: 'instance'; done: number; total: number }
  | { type: 'set_aside'; fault: Fault }
  | { type: 'wait'; reason: string; untilMs: number }

export interface ExtractEffects {
  clock?(): number
  dispatcher?: Dispatcher
  sleep?(ms: number): Promise<void>
  onEvent?(event: ExtractEvent): void
}

export interface ExtractSummary {
  runId: string
  startedAt: Date
  isResumed: boolean
  knownInstances: number
  settledInstances: number
  capturedInstances: number
  /** Readings that failed in run after run and whose day has not come, see `dueAgainMs`. */
  deferred: number
  rows: number
  pages: number
  requests: Record<string, number>
  /** Captures of this run by status. */
  statuses: Partial<Record<CaptureStatus, number>>
  routes: Route[]
  /** Set when the run stopped before its plan was done; the next run goes on. */
  stopped: { reason: string; resumeAt: Date | null } | null
}

/** Nobody has a listing this long. */
export const PAGES_MAX = 100_000

/**
 * Takes everything that is new or unsettled from Zoom to the raw zone.
 *
 *   run begun ─▶ discovered ─▶ planned ─▶ captured ─▶ finished
 *
 * A run that stops in between is gone on with under the same run id: what is in the journal or the raw zone is not
 * asked for again.
 *
 * @throws {ZoomError} wrong credentials or an outage: the run is marked failed, what was captured stays
 */
export async function extract(
  options: ExtractOptions,
  effects: ExtractEffects = {},
): Promise<ExtractSummary> {
  const clock = effects.clock ?? Date.now
  const emit = effects.onEvent ?? (() => {})
  const runs = listRuns(options.dataDir)
  for (const fault of await inspectRaw(options.dataDir)) emit({ type: 'set_aside', fault })
  const { run: begun, isResumed } = await beginRun(options.dataDir, options.accountId, 'extract', clock, runs)
  // A backfill that was stopped stays one, whatever the command line says that goes on with it.
  const mode = begun.is_full ? 'full' : options.mode
  const isNarrowed =
    (options.webinarIds ?? []).length > 0 || options.since !== undefined || options.until !== undefined
  const run: Run = { ...begun, is_narrowed: isNarrowed, is_full: mode === 'full' }
  emit({ type: 'run', run, isResumed })

  const seed = dailyUse(runs, options.accountId, clock())
  const patience = endAfterGrace(options.signal)
  const client = createZoomClient(
    {
      ...options.patience,
      accountId: options.accountId,
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      apiUrl: options.apiUrl,
      oauthUrl: options.oauthUrl,
      plan: options.plan,
      usedToday: seed,
      quotaCap: options.quotaCap,
      signal: patience.signal,
    },
    {
      clock,
      dispatcher: effects.dispatcher,
      sleep: effects.sleep,
      onWait: (reason, untilMs) => emit({ type: 'wait', reason: reason.message, untilMs }),
    },
  )
  const record = requestRecord(options.dataDir, run, seed, () => client.used(), clock)
  const end = async (last: Pick<Run, 'status' | 'reason'>) => {
    await record.settle()
    const finishedAt = isWhole({ ...run, ...last }) ? new Date(clock()).toISOString() : null
    await saveRun(options.dataDir, { ...run, ...last, finished_at: finishedAt, requests: record.requests() })
  }
  let zone: RawZone | undefined
  try {
    const scopes = await client.scopes()
    zone = await openRawZone(
      { dataDir: options.dataDir, accountId: options.accountId, runId: run.run_id, parse: parsePage },
      { clock, disk: realDisk },
    )
    // Captures that had ended when the process before us died are in the journal only, and no query sees them there.
    await zone.flush()
    const settings = await settingsOf(options, run, runs, scopes, new Date(clock()))
    // Everything that is written about the run from here on says it.
    run.scopes = scopes
    const summary = await extractWith({
      ...options,
      run,
      settings,
      isResumed,
      client,
      zone,
      clock,
      emit,
      record,
    })
    await zone.close()
    const whole = options.isPublishedLater ? 'captured' : 'finished'
    if (summary.stopped === null && !run.is_narrowed) {
      await markReplaced(options.dataDir, run.run_id, realDisk)
    }
    await end(
      summary.stopped
        ? { status: 'stopped', reason: summary.stopped.reason }
        : { status: whole, reason: null },
    )
    return summary
  } catch (error) {
    // What was read before the error is in the journal whatever happens; closing makes it visible already now. On a
    // full disk neither this nor the note of the failure may succeed, and the first error is the one to tell: a run
    // that is still marked running is gone on with like one marked failed.
    await zone?.close().catch(() => undefined)
    await end({
      status: 'failed',
      reason: error instanceof Error ? error.message : String(error),
    }).catch(() => undefined)
    throw await namingDamage(options.dataDir, error)
  } finally {
    patience.release()
    await client.close()
  }
}

/** Where the raw zone could not be read, each file is read whole: one that is damaged is the true reason. */
async function namingDamage(dataDir: string, error: unknown): Promise<unknown> {
  if (!(error instanceof RawZoneError) || error.code !== null) return error
  const faults = await inspectRaw(dataDir, { isThorough: true }).catch(() => [])
  if (faults.length === 0) return error
  return new Error(`${describeFaults(faults)}\nRun the same command again to go on without it.`, {
    cause: error,
  })
}

interface Deps extends ExtractOptions {
  run: Run
  isResumed: boolean
  client: ZoomClient
  zone: RawZone
  settings: Settings
  clock(): number
  emit(event: ExtractEvent): void
  record: ReturnType<typeof requestRecord>
}

async function extractWith(deps: Deps): Promise<ExtractSummary> {
  const { settings } = deps
  const statuses: Partial<Record<CaptureStatus, number>> = {}
  const failures = outageGuard()
  const context: CaptureContext = {
    client: deps.client,
    zone: deps.zone,
    clock: deps.clock,
    pagesMax: deps.pagesMax ?? PAGES_MAX,
    isStopping: () => deps.signal?.aborted ?? false,
    refused: new Map(),
    done: await capturesOfRun(settings),
    onPage: (page) => {
      deps.record.tick()
      deps.emit({ type: 'page', ...page })
    },
    onCapture: (event) => {
      statuses[event.verdict.status] = (statuses[event.verdict.status] ?? 0) + 1
      failures.count(event.verdict)
      deps.emit({ type: 'capture', ...event })
    },
  }
  const summary: ExtractSummary = {
    runId: deps.run.run_id,
    startedAt: new Date(deps.run.started_at),
    isResumed: deps.isResumed,
    knownInstances: 0,
    settledInstances: 0,
    capturedInstances: 0,
    deferred: 0,
    rows: 0,
    pages: 0,
    requests: {},
    statuses,
    routes: [],
    stopped: null,
  }
  try {
    const perMinute = planLimits[deps.plan].rates.resource_intensive?.requests ?? null
    summary.routes = await discover(context, {
      ...settings,
      onList: (done, total) => deps.emit({ type: 'list', done, total, perMinute }),
    })
    const plan = await makePlan(settings)
    summary.knownInstances = plan.knownInstances
    summary.settledInstances = plan.settledInstances
    summary.deferred = plan.deferred
    deps.emit({ type: 'discovered', plan, routes: summary.routes })
    await inPool(plan.webinars, settings.concurrency, async (webinar) => {
      for (const planned of webinar.captures) await capture(context, planned)
    })
    await deps.zone.show()
    await captureRegistrantSources(context, settings, plan.planListing)
    await inPool(plan.instances, settings.concurrency, async (instance) => {
      for (const planned of instance.captures) await capture(context, planned, instance.hintedParticipants)
      summary.capturedInstances += 1
      deps.emit({ type: 'instance', done: summary.capturedInstances, total: plan.instances.length })
    })
    await dropAbandoned(deps.zone)
  } catch (error) {
    summary.stopped = stopOf(error)
    if (summary.stopped === null) throw error
  }
  await deps.zone.flush()
  const { rows, pages } = deps.zone.stats()
  return { ...summary, rows, pages, requests: deps.record.made() }
}

/**
 * A list that a killed process was in the middle of may not be asked again by this one, whose window of days or
 * choice of webinars is another. Nobody will end such a capture, and it would keep the journal for ever.
 */
async function dropAbandoned(zone: RawZone): Promise<void> {
  for (const { captureId } of zone.unfinished) if (zone.isAbandoned(captureId)) await zone.drop(captureId)
}

/** The reason for an orderly stop, or null for an error that is one. */
function stopOf(error: unknown): ExtractSummary['stopped'] {
  if (error instanceof Stopped) return { reason: 'stopped on request', resumeAt: null }
  if (error instanceof ZoomError && error.meaning === 'daily_ceiling') {
    return { reason: error.remedy.replace(/\.$/, ''), resumeAt: error.resumeAt }
  }
  if (error instanceof ZoomError && error.meaning === 'daily_limit') {
    const resumeAt = error.resumeAt ?? null
    if (resumeAt === null) return { reason: error.message, resumeAt }
    // Whether we counted to the end of the quota or Zoom did: what matters is until when.
    const reason = `the account's daily quota of requests to Zoom is used up; it is renewed at ${resumeAt.toISOString()}`
    return { reason, resumeAt }
  }
  return null
}

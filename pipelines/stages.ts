import path from 'node:path'
import type { ExtractSummary } from '../extract/extract.ts'
import { listRuns } from '../extract/runs.ts'
import { planLimits, type QuotaCap } from '../extract/zoom/plans.ts'
import type { LoadSummary } from '../load/load.ts'
import type { TransformOptions, TransformResult } from '../transform/transform.ts'
import { UsageError } from './cliError.ts'
import { type Config, requireCredentials } from './config.ts'
import { logExtract } from './log/extractEvents.ts'
import { type Log, silence } from './log/log.ts'
import { softwareVersion } from './softwareVersion.ts'
import { extractProgress } from './terminal/extractProgress.ts'
import { count, counted, elapsed } from './terminal/format.ts'
import type { Output } from './terminal/output.ts'

// A stage is imported when it runs: each brings a third of all there is to load, and most commands need one.

export interface StageContext {
  config: Config
  output: Output
  signal?: AbortSignal
  log?: Log
}

export interface ExtractStageOptions {
  mode: 'full' | 'incremental'
  since?: Date
  until?: Date
  webinarIds?: readonly number[]
  /** Age of an instance from which one reading is final, see `makePlan`. */
  settleDays?: number
  /** Two equal readings this far apart settle an instance earlier. */
  confirmMinutes?: number
  /** How much of the day's quota may be used. */
  quotaCap?: QuotaCap
  concurrency?: number
  /** The caller goes on to the warehouse and ends the run there. */
  isPublishedLater?: boolean
}

/** Zoom to the raw zone. @throws {UsageError} without credentials, {ZoomError} when Zoom refuses the whole run */
export async function extractStage(
  { config, output, signal, log = silence }: StageContext,
  options: ExtractStageOptions,
): Promise<ExtractSummary> {
  const { extract } = await import('../extract/extract.ts')
  const started = performance.now()
  requireQuota(config, options.quotaCap)
  const show = extractProgress(output)
  const note = logExtract(log)
  const summary = await extract(
    {
      ...requireCredentials(config),
      ...options,
      dataDir: config.dataDir,
      apiUrl: config.apiUrl,
      oauthUrl: config.oauthUrl,
      plan: config.plan,
      signal,
    },
    {
      onEvent(event) {
        note(event)
        show(event)
      },
    },
  )
  const asked = Object.values(summary.requests).reduce((sum, made) => sum + made, 0)
  output.done(
    `extract    ${count(summary.rows)} rows in ${counted(summary.pages, 'page')}, ${counted(asked, 'request')}; ` +
      `${counted(summary.capturedInstances, 'instance')} read, ${count(summary.settledInstances)} settled before (${elapsed(performance.now() - started)})`,
  )
  if (summary.deferred > 0) {
    output.done(
      `extract    ${count(summary.deferred)} readings that failed in run after run are left for a later day (raw.captures says until when; --full asks at once)`,
    )
  }
  return summary
}

/** A share of a quota that the plan does not have would limit nothing. @throws {UsageError} */
export function requireQuota({ plan }: Pick<Config, 'plan'>, cap: QuotaCap | undefined): void {
  if (cap === undefined || 'requests' in cap || planLimits[plan].daily.length > 0) return
  throw new UsageError(
    `--quota takes a share of a daily quota, and the plan ${plan} has none. Give a number of requests, or set ZOOM_PLAN.`,
  )
}

/** The raw zone to the catalog. */
export async function transformStage(
  { config, output, signal }: StageContext,
  options: Pick<TransformOptions, 'isFull' | 'isWithSteps' | 'isLearning'> = {},
): Promise<TransformResult> {
  const { transform } = await import('../transform/transform.ts')
  let built = 0
  const summary = await transform(
    { dataDir: config.dataDir, identityThreshold: config.identityThreshold, ...options, signal },
    {
      clock: () => performance.now(),
      onModel: (model) => {
        built += 1
        output.progress(`transform  ${count(built)} models built, the last ${model.name}`)
      },
    },
  )
  const models = `${count(summary.models.length)} models, ${count(summary.audits)} audits passed`
  const what = {
    full: summary.reason === null ? models : `${models}; everything was built: ${summary.reason}`,
    increment: `${models}, for ${counted(summary.webinars, 'webinar that has', 'webinars that have')} changed`,
    none: 'nothing is new',
  }
  output.done(`transform  ${what[summary.kind]} (${elapsed(summary.milliseconds)})`)
  return summary
}

export interface LoadRun {
  id: string
  kind: string
  accountId: string | null
  startedAt: Date
}

/** Options of the commands that publish. */
export interface PublishOptions {
  allowEmpty?: boolean
  takeOver?: boolean
}

/** The catalog to Postgres: the one named by DATABASE_URL, else the embedded one, which is left as it was found. */
export async function loadStage(
  context: StageContext,
  run: LoadRun,
  allowed: PublishOptions = {},
): Promise<LoadSummary> {
  const { load } = await import('../load/load.ts')
  const { config, output, signal } = context
  const runIds = listRuns(config.dataDir).map(({ run_id: id }) => id)
  output.progress('load       connecting to Postgres')
  return withWarehouse(context, async (databaseUrl) => {
    output.progress('load       comparing with the warehouse')
    const summary = await load({
      catalogPath: path.join(config.dataDir, 'rollcall.duckdb'),
      databaseUrl,
      run: {
        id: run.id,
        kind: run.kind,
        account_id: run.accountId,
        started_at: run.startedAt,
        software_version: softwareVersion,
      },
      guard: { runIds, isEmptyAllowed: allowed.allowEmpty, isTakeOver: allowed.takeOver },
      tempDir: path.join(config.dataDir, 'load'),
      signal,
    })
    output.done(
      summary.unitsChanged === 0
        ? `load       nothing had changed (${elapsed(summary.milliseconds)})`
        : `load       ${count(summary.rowsWritten)} rows written, ${count(summary.rowsDeleted)} replaced or removed, in one transaction (${elapsed(summary.milliseconds)})`,
    )
    return summary
  })
}

/** Runs `work` with the warehouse's address; an embedded server runs meanwhile, and is left as it was found. */
export async function withWarehouse<T>(
  { config }: Pick<StageContext, 'config'>,
  work: (databaseUrl: string) => Promise<T>,
): Promise<T> {
  if (config.databaseUrl !== undefined) return work(config.databaseUrl)
  const { borrowEmbedded } = await import('../load/borrowEmbedded.ts')
  const { url, giveBack } = await borrowEmbedded({ dataDir: config.dataDir })
  try {
    return await work(url)
  } finally {
    await giveBack()
  }
}

import type { CaptureProgress } from './raw/capture.ts'
import type { RawZone } from './raw/zone.ts'
import type { DataStream, Source, Subject } from './streams.ts'
import { type Reading, type Verdict, verdictOfError, verdictOfReading } from './verdict.ts'
import type { ZoomClient } from './zoom/client.ts'
import type { Endpoint } from './zoom/endpoint.ts'
import { endpointFor, endpointsOf } from './zoom/endpoints/catalogue.ts'
import { ZoomError } from './zoom/errors.ts'
import { readPages } from './zoom/pages.ts'

/**
 * A capture is one complete reading of one stream of one subject from one source:
 *
 *   begin ──▶ page ──▶ page ──▶ … ──▶ end(verdict)
 *     ▲                  │
 *     └──── restart ◀────┘   the page token expired: the listing starts again, nothing read so far counts
 *
 * A page is durable before the next is asked for. A run that stops (Ctrl-C, daily quota, crash) leaves the capture
 * without an end; the next run goes on at the page after the last durable one.
 */

/** Thrown when the user asked to stop; everything durable stays, the capture in hand is continued by the next run. */
export class Stopped extends Error {
  constructor() {
    super('stopped on request; run the same command again to go on')
    this.name = 'Stopped'
  }
}

export interface CaptureContext {
  client: ZoomClient
  zone: RawZone
  clock(): number
  isStopping(): boolean
  /** Sources that answered "no" for the whole account (scope, plan): not asked again in this run. */
  refused: Map<string, ZoomError>
  /** Captures this run already has, as `stream|subject|source`. */
  done: Map<string, Verdict>
  onPage?(page: { stream: DataStream; subject: Subject; rows: number }): void
  onCapture?(capture: { stream: DataStream; subject: Subject; source: Source; verdict: Verdict }): void
}

export interface CaptureOutcome {
  source: Source
  verdict: Verdict
}

/** Meanings that hold for the account, not for one subject. */
const ACCOUNT_WIDE = ['missing_scope', 'missing_plan'] as const
/** Errors that end the run: nothing else would fare better. */
const RUN_ENDING = ['bad_credentials', 'daily_limit'] as const
/** An expired page token restarts the listing; a listing slower than its tokens for ever must end some time. */
const RESTARTS_MAX = 3
/** Nobody has a listing this long; it bounds a listing that never ends. */
const PAGES_MAX = 100_000

/**
 * Captures a stream of a subject from the first source that gives all of it, in order of preference. Every source
 * tried leaves a capture, and the best one wins in the views, so that falling back never loses what came before.
 *
 * @param hinted participants another route saw in this instance, see `verdictOfReading`
 * @throws {ZoomError} only what ends the whole run (wrong credentials, daily quota); everything else is a verdict
 * @throws {Stopped}
 */
export async function capture(
  context: CaptureContext,
  stream: DataStream,
  subject: Subject,
  hinted: number | null = null,
): Promise<CaptureOutcome> {
  let best: CaptureOutcome | undefined
  for (const endpoint of endpointsOf(stream)) {
    if (context.refused.has(sourceKey(endpoint)) && hasOtherSource(context, stream, endpoint)) continue
    const outcome = await captureFrom(context, endpoint, subject, hinted)
    if (best === undefined || rank(outcome.verdict) < rank(best.verdict)) best = outcome
    if (!wantsFallback(outcome.verdict)) break
  }
  if (best === undefined) throw new Error(`stream ${stream} has no source`)
  return best
}

/** Captures a stream of a subject from one named source, without falling back. */
export async function captureFromSource(
  context: CaptureContext,
  stream: DataStream,
  source: Source,
  subject: Subject,
): Promise<CaptureOutcome> {
  return captureFrom(context, endpointFor(stream, source), subject, null)
}

async function captureFrom(
  context: CaptureContext,
  endpoint: Endpoint,
  subject: Subject,
  hinted: number | null,
): Promise<CaptureOutcome> {
  const { stream, source } = endpoint
  const key = `${stream}|${subject.key}|${source}`
  const done = context.done.get(key)
  if (done) return { source, verdict: done }
  if (context.isStopping()) throw new Stopped()

  const unfinished = context.zone.unfinished.find(
    (u) => u.stream === stream && u.subject.key === subject.key && u.source === source,
  )
  const writer = context.zone.begin({ stream, source, subject, resume: unfinished?.captureId })
  let startToken = unfinished?.nextPageToken ?? undefined
  let pagesDone = unfinished?.pagesDone ?? 0
  let verdict: Verdict | undefined
  for (let restarts = 0; verdict === undefined; ) {
    try {
      const refusal = context.refused.get(sourceKey(endpoint))
      if (refusal) throw refusal
      // All pages durable and only the verdict missing: nothing to ask for.
      if (pagesDone === 0 || startToken !== undefined) {
        for await (const read of readPages(context.client, endpoint, subject, {
          startToken,
          startPage: pagesDone + 1,
          pageLimit: PAGES_MAX,
        })) {
          await writer.page(read)
          pagesDone = read.pageNumber
          context.onPage?.({ stream, subject, rows: read.page.rows.length })
          if (context.isStopping() && read.page.nextPageToken !== null) throw new Stopped()
        }
      }
      verdict = verdictOfReading(
        stream,
        subject,
        readingOf(source, writer.progress()),
        hinted,
        context.clock(),
      )
    } catch (error) {
      if (!(error instanceof ZoomError)) throw error
      if (RUN_ENDING.some((meaning) => meaning === error.meaning)) throw error
      if (error.meaning === 'page_token_expired' && restarts < RESTARTS_MAX) {
        restarts += 1
        await writer.restart()
        startToken = undefined
        pagesDone = 0
        continue
      }
      if (error.meaning === 'malformed' && error.body !== null) {
        await writer.page(refusedPage(endpoint, error.body, context.clock()))
      }
      // A plan that is missing for one user says nothing about the next.
      if (subject.userId === undefined && ACCOUNT_WIDE.some((meaning) => meaning === error.meaning)) {
        context.refused.set(sourceKey(endpoint), error)
      }
      verdict = verdictOfError(stream, source, subject, error, context.clock())
    }
  }
  await writer.end(verdict)
  context.done.set(key, verdict)
  context.onCapture?.({ stream, subject, source, verdict })
  return { source, verdict }
}

/** An answer that is no page: kept as it came, counted as a reject. A replay parses its text to the same page. */
function refusedPage(endpoint: Endpoint, body: string, nowMs: number) {
  return {
    page: endpoint.parse(body),
    text: JSON.stringify(body),
    fetchedAt: nowMs,
    bytes: Buffer.byteLength(body),
  }
}

/** Sources whose rows carry no duration, so that its absence says nothing. */
const WITHOUT_DURATION: readonly Source[] = ['metrics', 'csv']

function readingOf(source: Source, progress: CaptureProgress): Reading {
  return {
    rows: progress.rows,
    rejected: progress.rejected,
    expected: progress.expected,
    hasDuration: WITHOUT_DURATION.includes(source) ? null : progress.hasDurations,
  }
}

const sourceKey = (endpoint: Endpoint) => `${endpoint.stream}|${endpoint.source}`

/** Whether a source not yet refused is left, so that a refused one need not leave a capture for every instance. */
function hasOtherSource(context: CaptureContext, stream: DataStream, refused: Endpoint): boolean {
  return endpointsOf(stream).some(
    (endpoint) => endpoint !== refused && !context.refused.has(sourceKey(endpoint)),
  )
}

/** What retrying cannot mend is worth another source; a complete or confirmed empty one is not. */
function wantsFallback(verdict: Verdict): boolean {
  return verdict.status !== 'complete' && verdict.status !== 'empty' && verdict.status !== 'not_ready'
}

const RANKS: Record<Verdict['status'], number> = {
  complete: 0,
  empty: 1,
  partial: 2,
  not_ready: 3,
  expired: 4,
  denied: 5,
  failed: 6,
}
const rank = (verdict: Verdict) => RANKS[verdict.status]

import type { CaptureProgress } from './raw/capture.ts'
import type { RawZone } from './raw/rawZone.ts'
import { dueAgainMs } from './settling.ts'
import type { DataStream, Source, Subject } from './streams.ts'
import { isAccountWide, type Reading, type Verdict, verdictOfError, verdictOfReading } from './verdict.ts'
import type { ZoomClient } from './zoom/client.ts'
import type { Endpoint } from './zoom/endpoint.ts'
import { endpointFor, endpointsOf } from './zoom/endpoints/catalogue.ts'
import { ZoomError } from './zoom/errors.ts'
import { free } from './zoom/joined.ts'
import { readPages } from './zoom/pages.ts'

/**
 * A capture is one complete reading of one stream of one subject from one source:
 *
 *   begin ──▶ page ──▶ page ──▶ … ──▶ end(verdict)
 *     ▲                  │
 *     └──── restart ◀────┘   the page token expired, or led back: the listing starts again, nothing read so far counts
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
  /** Pages of one listing at most. */
  pagesMax: number
  isStopping(): boolean
  /** Sources that answered "no" for the whole account (scope, plan): not asked again in this run. */
  refused: Map<string, ZoomError>
  /** Captures this run already has, as `stream|subject|source`. */
  done: Map<string, DoneCapture>
  onPage?(page: { stream: DataStream; subject: Subject; rows: number }): void
  onCapture?(capture: { stream: DataStream; subject: Subject; source: Source; verdict: Verdict }): void
}

export interface CaptureOutcome {
  source: Source
  verdict: Verdict
}

export interface DoneCapture {
  verdict: Verdict
  /** Rows the source promised; null where it promised nothing. */
  expected: number | null
}

/** Errors that end the run: nothing else would fare better. */
const RUN_ENDING = ['bad_credentials', 'daily_limit', 'daily_ceiling'] as const
/** What one listing was refused for and another reading of it may not meet. */
const RESTARTING = ['page_token_expired', 'listing_loops'] as const
/** A listing that is always slower than its tokens, or always loops, must end some time. */
const RESTARTS_MAX = 3

/** A reading to be made. */
export interface ToCapture {
  stream: DataStream
  subject: Subject
  /** Runs in a row that failed at it before. */
  failures?: number
  /** Only these are asked, because the others have answered; all when not set. */
  sources?: readonly Source[]
}

/**
 * Captures a stream of a subject from the first source that gives all of it, in order of preference. Every source
 * tried leaves a capture, and the best one wins in the views, so that falling back never loses what came before.
 *
 * @param hinted participants another route saw in this instance, see `verdictOfReading`
 * @returns null where all sources to be asked are closed to the whole account, as they said before
 * @throws {ZoomError} only what ends the whole run (wrong credentials, daily quota); everything else is a verdict
 * @throws {Stopped}
 */
export async function capture(
  context: CaptureContext,
  { stream, subject, failures = 0, sources }: ToCapture,
  hinted: number | null = null,
): Promise<CaptureOutcome | null> {
  let best: CaptureOutcome | undefined
  let promised: number | null = null
  for (const endpoint of endpointsOf(stream)) {
    if (sources !== undefined && !sources.includes(endpoint.source)) continue
    if (context.refused.has(sourceKey(endpoint)) && hasOtherSource(context, stream, endpoint)) continue
    const { source } = endpoint
    const { verdict, expected } = await captureFrom(context, endpoint, subject, {
      hinted,
      promised,
      failures,
    })
    if (best === undefined || rank(verdict) < rank(best.verdict)) best = { source, verdict }
    if (!wantsFallback(verdict)) break
    if (expected !== null) promised = Math.max(promised ?? 0, expected)
  }
  return best ?? null
}

/** Captures a stream of a subject from one named source, without falling back. */
export async function captureFromSource(
  context: CaptureContext,
  stream: DataStream,
  source: Source,
  subject: Subject,
): Promise<CaptureOutcome> {
  const known = { hinted: null, promised: null, failures: 0 }
  const { verdict } = await captureFrom(context, endpointFor(stream, source), subject, known)
  return { source, verdict }
}

/** Enters into the ledger that something was not asked because another answer has it, and which. */
export async function noteUnasked(
  context: CaptureContext,
  stream: DataStream,
  source: Source,
  subject: Subject,
  reason: string,
): Promise<CaptureOutcome> {
  const key = `${stream}|${subject.key}|${source}`
  const verdict = context.done.get(key)?.verdict ?? { status: 'empty' as const, reason }
  if (!context.done.has(key)) {
    await context.zone.begin({ stream, source, subject }).end(verdict)
    context.done.set(key, { verdict, expected: null })
  }
  return { source, verdict }
}

/** What is known of a subject before this source is asked. */
interface Known {
  /** Participants, people or rows. */
  hinted: number | null
  /** Rows, the largest `total_records` of the sources tried so far. */
  promised: number | null
  /** Runs that failed at it in a row. */
  failures: number
}

async function captureFrom(
  context: CaptureContext,
  endpoint: Endpoint,
  subject: Subject,
  known: Known,
): Promise<DoneCapture> {
  const { stream, source } = endpoint
  const key = `${stream}|${subject.key}|${source}`
  const done = context.done.get(key)
  if (done) return done
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
      if (refusal) throw refusal.with({ path: endpoint.request(subject).path })
      // All pages durable and only the verdict missing: nothing to ask for.
      if (pagesDone === 0 || startToken !== undefined) {
        for await (const read of readPages(context.client, endpoint, subject, {
          startToken,
          startPage: pagesDone + 1,
          pageLimit: context.pagesMax,
        })) {
          await writer.page(read)
          pagesDone = read.pageNumber
          context.onPage?.({ stream, subject, rows: read.page.encoded?.length ?? read.page.rows.length })
          if (typeof read.text !== 'string') free(read.text)
          if (context.isStopping() && read.page.nextPageToken !== null) throw new Stopped()
        }
      }
      verdict = verdictOfReading(
        stream,
        subject,
        { ...readingOf(source, writer.progress()), promised: known.promised },
        known.hinted,
        context.clock(),
      )
    } catch (error) {
      if (!(error instanceof ZoomError)) throw error
      if (RUN_ENDING.some((meaning) => meaning === error.meaning)) throw error
      if (RESTARTING.some((meaning) => meaning === error.meaning) && restarts < RESTARTS_MAX) {
        restarts += 1
        await writer.restart()
        startToken = undefined
        pagesDone = 0
        continue
      }
      if (error.meaning === 'malformed' && error.body !== null) {
        await writer.page(refusedPage(endpoint, error.body, context.clock()))
      }
      if (isAccountWide(error)) context.refused.set(sourceKey(endpoint), error)
      verdict = verdictOfError(stream, source, subject, error, context.clock())
      if (verdict.status === 'failed') verdict = deferring(verdict, known.failures + 1, context.clock())
    }
  }
  const ended = { verdict, expected: writer.progress().expected }
  await writer.end(verdict)
  context.done.set(key, ended)
  context.onCapture?.({ stream, subject, source, verdict })
  return ended
}

/** What failed again and again says when it is asked for next: the ledger is where people look. */
function deferring(verdict: Verdict, failures: number, nowMs: number): Verdict {
  const dueMs = dueAgainMs(failures, nowMs)
  if (dueMs <= nowMs) return verdict
  const due = new Date(dueMs).toISOString().slice(0, 16)
  return {
    ...verdict,
    reason: `${verdict.reason} (${failures} runs in a row failed at this: asked for again after ${due}Z, or by a sync with --full)`,
  }
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

function readingOf(source: Source, progress: CaptureProgress): Omit<Reading, 'promised'> {
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
export function wantsFallback(verdict: Verdict): boolean {
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

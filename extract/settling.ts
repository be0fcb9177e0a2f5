import { DateTime } from 'luxon'
import type { DataStream, Source } from './streams.ts'
import type { Endpoint } from './zoom/endpoint.ts'
import { endpointsOf } from './zoom/endpoints/catalogue.ts'

/*
 * Whether a stream of a subject is to be read, and why:
 *
 *   never read ──────────────────────────▶ new
 *   read ──▶ unsettled ──confirmed, old──▶ settled ──scope granted──▶ scope
 *     │          ▲                            ▲
 *     ├─refused──┴─▶ refused (a scope or plan may come any day)
 *     └─failed──▶ owed ──fails again and again──▶ deferred ──its day──▶ owed
 *
 * `owed` is what the network or Zoom's servers kept back: nothing at all, or a better source than the one that
 * answered. A report that can never be read must not cost a sync its retries for ever, so its readings move apart.
 */

/** Why a reading is made. */
export type Why = 'new' | 'unsettled' | 'owed' | 'refused' | 'scope'

export interface Need {
  why: Why
  /** Runs in a row that failed at it so far. */
  failures: number
  /** Where others have answered and settled: only these are asked. */
  sources?: readonly Source[]
}

/** What the readings made so far say about a stream of a subject. */
export interface Readings {
  /** Status of the last one. */
  lastStatus: string
  /** The last reading of a better source than those that answered failed, so that what there is may be poorer. */
  isOwed: boolean
  /** When the older of two equal captures far enough apart was made. It settles only what had ended by then. */
  confirmedAtMs: number | null
  /** When the last complete or empty capture was made. */
  goodAtMs: number | null
  /** Sources that gave a listing, whole or in part. */
  answered: readonly Source[]
  /** Runs that failed in a row, of the source that failed most often; 0 where none did last. */
  failures: number
  failedAtMs: number | null
}

export interface SettlingRules {
  now: Date
  settleDays: number
  /** Sources that a scope granted since the last run has opened. */
  opened: readonly Endpoint[]
  /** Asks for what failed again and again too, without waiting for its day. */
  isPatienceOver: boolean
}

const DAY_MS = 86_400_000
/** So many failing runs are bad luck or an outage; from the next on the readings move apart. */
const FAILURES_AT_ONCE = 2
const DEFERRED_DAYS_MAX = 30
/** Lists reach back six months, but the report of an instance is refused as "a year ago" only: it may be there so long. */
const REPORT_KEPT_MONTHS = 12

/**
 * When what failed is asked for again by an incremental sync, in epoch ms: at once after two failing runs, then after
 * 1, 2, 4 … 30 days. Over the year that Zoom may keep a report, that is twenty readings at most.
 */
export function dueAgainMs(failures: number, failedAtMs: number): number {
  if (failures <= FAILURES_AT_ONCE) return failedAtMs
  return failedAtMs + Math.min(2 ** (failures - FAILURES_AT_ONCE - 1), DEFERRED_DAYS_MAX) * DAY_MS
}

/**
 * What is to be done about a stream of a subject.
 * @param endMs when what it is about ended; null where that is not known
 * @param startMs start of the instance, where the subject is one: Zoom keeps its reports for a year at most
 */
export function needOf(
  stream: DataStream,
  last: Readings | undefined,
  { endMs, startMs }: { endMs: number | null; startMs: number | null },
  rules: SettlingRules,
): Need | 'settled' | 'deferred' {
  if (last === undefined) return { why: 'new', failures: 0 }
  const nowMs = rules.now.getTime()
  const { failures, isOwed } = last
  const settledMs = endMs === null ? null : endMs + rules.settleDays * DAY_MS
  const isSettled =
    last.lastStatus === 'expired' ||
    (last.confirmedAtMs !== null && endMs !== null && last.confirmedAtMs >= endMs) ||
    (last.goodAtMs !== null && settledMs !== null && last.goodAtMs >= settledMs)
  const isKept = startMs === null || isKeptAt(startMs, nowMs)
  const better = betterThan(stream, last.answered)
  if (isSettled && !isOwed) {
    const opened = better.filter((one) => rules.opened.includes(one))
    return opened.length === 0 || !isKept || last.lastStatus === 'expired'
      ? 'settled'
      : { why: 'scope', failures, sources: opened.map(({ source }) => source) }
  }
  if (isOwed || last.lastStatus === 'failed') {
    // Readings after Zoom's time is over say so; if they too fail, it is settled as what it is.
    const isOver =
      failures > FAILURES_AT_ONCE &&
      startMs !== null &&
      last.failedAtMs !== null &&
      !isKeptAt(startMs, last.failedAtMs)
    if (isOver && !rules.isPatienceOver) return 'settled'
    const isYoung = settledMs !== null && nowMs < settledMs
    const isDue = nowMs >= dueAgainMs(failures, last.failedAtMs ?? 0)
    if (!isYoung && !isDue && !rules.isPatienceOver) return 'deferred'
    return isSettled
      ? { why: 'owed', failures, sources: better.map(({ source }) => source) }
      : { why: 'owed', failures }
  }
  return { why: last.lastStatus === 'denied' ? 'refused' : 'unsettled', failures }
}

/** Sources of a stream that are preferred to those that answered. */
function betterThan(stream: DataStream, answered: readonly Source[]): readonly Endpoint[] {
  const endpoints = endpointsOf(stream)
  const best = endpoints.findIndex(({ source }) => answered.includes(source))
  return best < 0 ? endpoints : endpoints.slice(0, best)
}

function isKeptAt(startMs: number, atMs: number): boolean {
  // Nearly every question is about the same moment, and calendars are slow.
  if (kept.atMs !== atMs) {
    const sinceMs = DateTime.fromMillis(atMs, { zone: 'utc' })
      .minus({ months: REPORT_KEPT_MONTHS })
      .toMillis()
    kept = { atMs, sinceMs }
  }
  return startMs >= kept.sinceMs
}

let kept = { atMs: Number.NaN, sinceMs: Number.NaN }

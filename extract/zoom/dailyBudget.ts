import type { RateLabel } from './endpoint.ts'
import { ZoomError } from './errors.ts'
import { type CappedQuota, rateLabels } from './plans.ts'
import { nextUtcMidnight } from './retryAfter.ts'

/** Requests sent on a UTC day, by label. Plain data: whoever keeps state writes it down and hands it back after a restart. */
export interface DailyUse extends Record<RateLabel, number> {
  /** `YYYY-MM-DD`, UTC. */
  day: string
}

/**
 * Counts requests against the day's quotas. It refuses rather than waits: a process that sleeps until midnight looks
 * hung, while a terminal error with the time lets the run end and be resumed. (A reservoir of the rate limiter can
 * only wait, and forgets its state with the process.)
 *
 * A day starts at 00:00 UTC. Besides our own count, Zoom's word is kept: the quota belongs to the account and other
 * apps use it too, so after a daily 429 the label stays closed until the time Zoom named. A ceiling below the quota
 * leaves the rest of it to those others.
 */
export class DailyBudget {
  readonly #quotas: readonly CappedQuota[]
  readonly #clock: () => number
  readonly #closedUntilMs = new Map<RateLabel, number>()
  #use: DailyUse

  constructor(quotas: readonly CappedQuota[], usedToday: DailyUse | undefined, clock: () => number) {
    this.#quotas = quotas
    this.#clock = clock
    this.#use = usedToday ? { ...usedToday } : emptyUse(dayOf(clock()))
  }

  /** @throws ZoomError `daily_limit` when nothing is left for the label today, `daily_ceiling` when we may not take more. */
  check(label: RateLabel): void {
    const nowMs = this.#clock()
    this.#turnDay(nowMs)
    const closedUntilMs = this.#closedUntilMs.get(label) ?? 0
    if (closedUntilMs > nowMs) throw spent(label, closedUntilMs, 'Zoom refused further requests for today')
    for (const quota of this.#quotas) {
      if (!quota.labels.includes(label)) continue
      const used = quota.labels.reduce((sum, one) => sum + this.#use[one], 0)
      const whose = quota.labels.join(' and ').replaceAll('_', '-')
      if (used >= quota.requests) {
        throw spent(
          label,
          nextUtcMidnight(nowMs),
          `All ${quota.requests} ${whose} requests of the day are used`,
        )
      }
      if (used >= quota.ceiling) {
        const of = Number.isFinite(quota.requests) ? ` of the account's ${quota.requests}` : ''
        throw spent(
          label,
          nextUtcMidnight(nowMs),
          `The ${quota.ceiling} ${whose} requests${of} that may be used today (--quota) are used`,
          'daily_ceiling',
        )
      }
    }
  }

  /** Counts one request, which is about to be sent. @throws ZoomError as `check`. */
  take(label: RateLabel): void {
    this.check(label)
    this.#use[label] += 1
  }

  /** Zoom said that the label's daily quota is spent; labels that share a quota close together. */
  close(label: RateLabel, until: Date): void {
    const shared = this.#quotas.find((quota) => quota.labels.includes(label))?.labels ?? [label]
    for (const one of shared) this.#closedUntilMs.set(one, until.getTime())
  }

  used(): DailyUse {
    this.#turnDay(this.#clock())
    return { ...this.#use }
  }

  #turnDay(nowMs: number): void {
    const day = dayOf(nowMs)
    if (this.#use.day !== day) this.#use = emptyUse(day)
  }
}

function spent(
  label: RateLabel,
  resumeAtMs: number,
  why: string,
  meaning: 'daily_limit' | 'daily_ceiling' = 'daily_limit',
): ZoomError {
  const resumeAt = new Date(resumeAtMs)
  return new ZoomError({
    meaning,
    kind: 'terminal',
    path: `(${label} requests)`,
    resumeAt,
    remedy: `${why}; after ${resumeAt.toISOString()} the same command continues where it stopped.`,
  })
}

function dayOf(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10)
}

function emptyUse(day: string): DailyUse {
  const zeros = Object.fromEntries(rateLabels.map((label) => [label, 0])) as Record<RateLabel, number>
  return { day, ...zeros }
}

import { setTimeout as delay } from 'node:timers/promises'
import Bottleneck from 'bottleneck'
import { DailyBudget, type DailyUse } from './dailyBudget.ts'
import type { RateLabel } from './endpoint.ts'
import { ZoomError } from './errors.ts'
import { cappedQuotas, type Plan, planLimits, type QuotaCap, rateLabels } from './plans.ts'

/** Keeps requests within the account's quotas. Retries stay outside, so that each attempt takes a slot of its own. */
export interface RateLimiter {
  /**
   * Runs the job when its label's quota allows, in the order asked.
   * @throws ZoomError `daily_limit` when the day's quota is spent, `daily_ceiling` when what may be used of it is;
   * DOMException AbortError when stopped before it ran; whatever the job throws.
   */
  schedule<T>(label: RateLabel, job: () => Promise<T>): Promise<T>
  /** Drops what has not started and waits for what runs. */
  stop(): Promise<void>
}

/** A limiter that also tells how much of the day is used. */
export interface CountingLimiter extends RateLimiter {
  used(): DailyUse
}

/**
 * Starts are spaced evenly, a little wider than the quota allows: 2.5 % leaves 97.5 % of it, and lets a second's
 * requests arrive up to 25 ms unevenly before an 11th falls into the second of ten.
 */
export const spacing_margin = 1.025
/** The same for the window in which starts are counted. Below `spacing_margin`, or it would set the pace. */
const window_margin = 1.01

/** Enough requests in flight to fill the rate while answers take this long; Zoom's heavy reports take seconds. */
const answer_ms_expected = 4000
const concurrency_max = 128

const stopped = 'The rate limiter was stopped before the request was sent.'

/**
 * One bottleneck per label and limit. Of bottleneck only what works is used: settings by constructor (`updateSettings` breaks its
 * heartbeat), `minTime` and `maxConcurrent` (its per-second reservoir sends two bursts at a window's edge). It spaces
 * starts by their due times, so late timers do not add up.
 */
export function createRateLimiter(
  plan: Plan,
  usedToday?: DailyUse,
  effects: { clock: () => number } = { clock: Date.now },
  cap?: QuotaCap,
): CountingLimiter {
  const limits = planLimits[plan]
  const budget = new DailyBudget(cappedQuotas(plan, cap), usedToday, effects.clock)
  const lanes = new Map(rateLabels.map((label) => [label, laneFor(limits.rates[label])]))
  let isStopped = false

  return {
    async schedule(label, job) {
      if (isStopped) throw new DOMException(stopped, 'AbortError')
      // Asked before queueing as well, so that a spent day fails at once and not at the end of a long queue.
      budget.check(label)
      try {
        return await lane(label).schedule(() => {
          budget.take(label)
          return job()
        })
      } catch (error) {
        if (error instanceof Bottleneck.BottleneckError) throw new DOMException(stopped, 'AbortError')
        if (error instanceof ZoomError && error.meaning === 'daily_limit' && error.resumeAt) {
          budget.close(label, error.resumeAt)
        }
        throw error
      }
    },
    async stop() {
      if (isStopped) return
      isStopped = true
      await Promise.all([...lanes.values()].map((one) => one.stop({ dropWaitingJobs: true })))
    },
    used: () => budget.used(),
  }

  function lane(label: RateLabel): Lane {
    const found = lanes.get(label)
    if (!found) throw new TypeError(`"${label}" is no rate label; known are ${rateLabels.join(', ')}.`)
    return found
  }
}

/** The part of bottleneck that is used. */
type Lane = Pick<Bottleneck, 'stop'> & { schedule<T>(job: () => Promise<T>): Promise<T> }

function laneFor(rate: { requests: number; period_ms: number } | null): Lane {
  if (rate === null) return openLane()
  const inFlight = Math.ceil((rate.requests * answer_ms_expected) / rate.period_ms)
  const spaced = new Bottleneck({
    minTime: (rate.period_ms / rate.requests) * spacing_margin,
    maxConcurrent: Math.min(Math.max(inFlight, 4), concurrency_max),
  })
  const turn = windowGuard(rate.requests, rate.period_ms * window_margin)
  return {
    schedule: (job) =>
      spaced.schedule(async () => {
        await turn()
        return job()
      }),
    stop: (options) => spaced.stop(options),
  }
}

/**
 * Waits until the start `requests` before this one is a whole period ago. Spacing alone is not enough: on a busy
 * machine timers run late, and the starts that follow a late one on time stand closer together.
 */
function windowGuard(requests: number, period_ms: number): () => Promise<void> {
  const starts_ms = new Array<number>(requests).fill(Number.NEGATIVE_INFINITY)
  let next = 0
  return async () => {
    const now_ms = performance.now()
    const start_ms = Math.max(now_ms, (starts_ms[next] as number) + period_ms)
    // Noted before waiting, so that whoever comes meanwhile counts from it.
    starts_ms[next] = start_ms
    next = (next + 1) % requests
    if (start_ms > now_ms) await delay(Math.ceil(start_ms - now_ms))
  }
}

/** No limit, and no bottleneck: its queue costs some 3 ms a job, whatever its settings. */
function openLane(): Lane {
  const running = new Set<Promise<unknown>>()
  return {
    schedule(job) {
      // Started a turn later, as bottleneck does, so that a job that throws at once is a rejection too.
      const run = Promise.resolve().then(job)
      running.add(run)
      const done = () => void running.delete(run)
      run.then(done, done)
      return run
    },
    async stop() {
      await Promise.allSettled(running)
    },
  }
}

import Bottleneck from 'bottleneck'
import { DailyBudget, type DailyUse } from './dailyBudget.ts'
import type { RateLabel } from './endpoint.ts'
import { ZoomError } from './errors.ts'
import { cappedQuotas, type Plan, planLimits, type QuotaCap, rateLabels } from './plans.ts'
import { ServerWindow } from './serverWindow.ts'

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

/** The window is a little longer than the quota's: 1 % lets requests arrive up to 10 ms more unevenly than they left. */
export const window_margin = 1.01
/**
 * Starts are spaced by this part of an even share, so that what a pause or a late timer held up can be made up for as
 * far as the window allows.
 */
const spacing = 0.8

/** Enough requests in flight to fill the rate while answers take this long; Zoom's heavy reports take seconds. */
const answer_ms_expected = 4000
const concurrency_max = 128

const stopped = 'The rate limiter was stopped before the request was sent.'

/**
 * One bottleneck per label and limit. Of bottleneck only what works is used: settings by constructor (`updateSettings` breaks its
 * heartbeat), `minTime` and `maxConcurrent` (its per-second reservoir sends two bursts at a window's edge). Spacing alone
 * holds no quota: on a busy machine timers run late, and the starts that follow a late one stand closer together. That
 * is what the window behind it is for.
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
    minTime: (rate.period_ms / rate.requests) * spacing,
    maxConcurrent: Math.min(Math.max(inFlight, 4), concurrency_max),
  })
  const window = new ServerWindow(rate.requests, rate.period_ms * window_margin)
  return {
    schedule: (job) => spaced.schedule(() => window.run(job)),
    stop: (options) => spaced.stop(options),
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

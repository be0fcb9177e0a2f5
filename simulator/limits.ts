import { Fault } from './faults.ts'

export type Plan = 'free' | 'pro' | 'business'
export type Label = 'light' | 'medium' | 'heavy' | 'resource_intensive'

interface Quota {
  count: number
  windowMs: number
}

const second = 1_000
const minute = 60_000

/** https://developers.zoom.us/docs/api/rate-limits/ as of February 2026. Quotas are the account's, by label. */
const quotas: Readonly<Record<Plan, Readonly<Record<Label, Quota>>>> = {
  free: quotasOf(4, 2, 1, 10),
  pro: quotasOf(30, 20, 10, 10),
  business: quotasOf(80, 60, 40, 20),
}

function quotasOf(light: number, medium: number, heavy: number, intensive: number): Record<Label, Quota> {
  return {
    light: { count: light, windowMs: second },
    medium: { count: medium, windowMs: second },
    heavy: { count: heavy, windowMs: second },
    resource_intensive: { count: intensive, windowMs: minute },
  }
}

/** Daily quotas; on paid plans heavy and resource-intensive calls share one. */
const daily: Readonly<Record<Plan, Readonly<Partial<Record<Label, { pool: string; count: number }>>>>> = {
  free: {
    light: { pool: 'light', count: 6_000 },
    medium: { pool: 'medium', count: 2_000 },
    heavy: { pool: 'heavy', count: 1_000 },
    resource_intensive: { pool: 'resource_intensive', count: 30_000 },
  },
  pro: { heavy: { pool: 'shared', count: 30_000 }, resource_intensive: { pool: 'shared', count: 30_000 } },
  business: {
    heavy: { pool: 'shared', count: 60_000 },
    resource_intensive: { pool: 'shared', count: 60_000 },
  },
}

const categories: Readonly<Record<Label, string>> = {
  light: 'Light',
  medium: 'Medium',
  heavy: 'Heavy',
  resource_intensive: 'Resource-intensive',
}

/** Counts one call and gives the headers to send with its answer; throws Zoom's 429 where a quota is used up. */
export type RateLimits = (label: Label) => Record<string, string>

/** A sliding window per label, and a daily count that starts anew at 00:00 UTC. Refused calls are not counted. */
export function createRateLimits(plan: Plan, clock: () => number): RateLimits {
  const recent: Record<Label, number[]> = { light: [], medium: [], heavy: [], resource_intensive: [] }
  const usedToday = new Map<string, number>()
  let today = -1
  return (label) => {
    const now = clock()
    const dayNumber = Math.floor(now / 86_400_000)
    if (dayNumber !== today) {
      usedToday.clear()
      today = dayNumber
    }
    const quota = quotas[plan][label]
    const calls = recent[label]
    while (calls.length > 0 && (calls[0] as number) <= now - quota.windowMs) calls.shift()
    const day = daily[plan][label]
    const used = day === undefined ? 0 : (usedToday.get(day.pool) ?? 0)
    const headers = (type: string, limit: number, remaining: number) => ({
      'x-ratelimit-category': categories[label],
      'x-ratelimit-type': type,
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
    })
    if (day !== undefined && used >= day.count)
      throw new Fault(
        429,
        429,
        'You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you can make another request.',
        {
          ...headers('Daily-limit', day.count, 0),
          'retry-after': `${new Date((today + 1) * 86_400_000).toISOString().slice(0, 19)}Z`,
        },
      )
    if (calls.length >= quota.count)
      throw new Fault(
        429,
        429,
        'You have reached the maximum per-second rate limit for this API. Try again later.',
        headers('QPS', quota.count, 0),
      )
    calls.push(now)
    if (day !== undefined) usedToday.set(day.pool, used + 1)
    return headers('QPS', quota.count, quota.count - calls.length)
  }
}

import { window_margin } from './limiter.ts'
import { type Plan, planLimits, rateLabels } from './plans.ts'

/**
 * Shortest time in which so many requests can be made, in ms: each label has a pace of its own, and they run side by
 * side. Zero where the plan has no limits.
 */
export function leastTimeMs(plan: Plan, requests: Readonly<Record<string, number>>): number {
  const { rates } = planLimits[plan]
  return Math.max(
    0,
    ...rateLabels.map((label) => {
      const rate = rates[label]
      return rate === null ? 0 : ((requests[label] ?? 0) * rate.period_ms * window_margin) / rate.requests
    }),
  )
}

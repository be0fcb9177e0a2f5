import type { RateLabel } from './endpoint.ts'

/** `unlimited` is for the simulator and other servers without Zoom's quotas. */
export const plans = ['free', 'pro', 'business', 'unlimited'] as const
export type Plan = (typeof plans)[number]

export const rateLabels = ['light', 'medium', 'heavy', 'resource_intensive'] as const

/** So many requests in so many milliseconds. */
interface Rate {
  requests: number
  period_ms: number
}

/** A daily quota that one or several labels share. */
export interface DailyQuota {
  labels: readonly RateLabel[]
  requests: number
}

export interface PlanLimits {
  /** Null where the plan has no limit. */
  rates: Readonly<Record<RateLabel, Rate | null>>
  daily: readonly DailyQuota[]
}

const perSecond = (requests: number): Rate => ({ requests, period_ms: 1000 })
const perMinute = (requests: number): Rate => ({ requests, period_ms: 60_000 })

/**
 * Zoom's quotas per account and label: https://developers.zoom.us/docs/api/rate-limits/ (as of February 2026).
 * `business` stands for "Business, Education, Enterprise & Partners".
 */
export const planLimits: Readonly<Record<Plan, PlanLimits>> = {
  free: {
    rates: {
      light: perSecond(4),
      medium: perSecond(2),
      heavy: perSecond(1),
      resource_intensive: perMinute(10),
    },
    daily: [
      { labels: ['light'], requests: 6000 },
      { labels: ['medium'], requests: 2000 },
      { labels: ['heavy'], requests: 1000 },
      { labels: ['resource_intensive'], requests: 30_000 },
    ],
  },
  pro: {
    rates: {
      light: perSecond(30),
      medium: perSecond(20),
      heavy: perSecond(10),
      resource_intensive: perMinute(10),
    },
    daily: [{ labels: ['heavy', 'resource_intensive'], requests: 30_000 }],
  },
  business: {
    rates: {
      light: perSecond(80),
      medium: perSecond(60),
      heavy: perSecond(40),
      resource_intensive: perMinute(20),
    },
    daily: [{ labels: ['heavy', 'resource_intensive'], requests: 60_000 }],
  },
  unlimited: {
    rates: { light: null, medium: null, heavy: null, resource_intensive: null },
    daily: [],
  },
}

/** How much of a day's quota may be used: a part of each quota (above 0 to 1), or a number of heavy and resource-intensive requests. */
export type QuotaCap = { share: number } | { requests: number }

/** A daily quota, and how much of it we take. */
export interface CappedQuota extends DailyQuota {
  /** At most `requests`. */
  ceiling: number
}

/**
 * The daily quotas of a plan with what may be used of them. A number of requests counts for the labels that share the
 * scarce quota of paid plans, also where the plan itself sets none.
 */
export function cappedQuotas(plan: Plan, cap?: QuotaCap): CappedQuota[] {
  const { daily } = planLimits[plan]
  if (cap === undefined) return daily.map((quota) => ({ ...quota, ceiling: quota.requests }))
  if ('share' in cap) {
    return daily.map((quota) => ({ ...quota, ceiling: Math.floor(quota.requests * cap.share) }))
  }
  const own = { labels: SCARCE, requests: Number.POSITIVE_INFINITY, ceiling: cap.requests }
  return [...daily.map((quota) => ({ ...quota, ceiling: quota.requests })), own]
}

const SCARCE: readonly RateLabel[] = ['heavy', 'resource_intensive']

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

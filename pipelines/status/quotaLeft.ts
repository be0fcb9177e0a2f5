import { dailyUse } from '../../extract/requestRecord.ts'
import type { Run } from '../../extract/runs.ts'
import { type Plan, planLimits } from '../../extract/zoom/plans.ts'
import { nextUtcMidnight } from '../../extract/zoom/retryAfter.ts'
import { count } from '../terminal/format.ts'

/** One of the account's quotas of a day. Other apps use it too and are not counted. */
export interface QuotaLeft {
  labels: readonly string[]
  limit: number
  /** By the runs of this data folder, today (UTC). */
  used: number
  left: number
  renewedAt: string
}

/** What is left of the day's quotas; empty where the plan has none. */
export function quotaLeft(plan: Plan, accountId: string, runs: readonly Run[], nowMs: number): QuotaLeft[] {
  const use = dailyUse(runs, accountId, nowMs)
  return planLimits[plan].daily.map(({ labels, requests }) => {
    const used = labels.reduce((sum, label) => sum + use[label], 0)
    return {
      labels,
      limit: requests,
      used,
      left: Math.max(0, requests - used),
      renewedAt: new Date(nextUtcMidnight(nowMs)).toISOString(),
    }
  })
}

/** A quota in a line. */
export function quotaText({ labels, limit, left, renewedAt }: QuotaLeft): string {
  const names = labels.join(' and ').replaceAll('_', '-')
  return `${count(left)} of ${count(limit)} ${names} requests left today; renewed at ${renewedAt.slice(0, 16)}Z`
}

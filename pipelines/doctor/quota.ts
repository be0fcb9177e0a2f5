import type { DailyUse } from '../../extract/zoom/dailyBudget.ts'
import type { ZoomError } from '../../extract/zoom/errors.ts'
import type { AnswerHead } from '../../extract/zoom/exchange.ts'
import { type Plan, planLimits } from '../../extract/zoom/plans.ts'
import { nextUtcMidnight } from '../../extract/zoom/retryAfter.ts'
import { count } from '../terminal/format.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

const warn_share = 0.8

/**
 * How much of the day's quotas is left.
 * @param use what runs of this data folder and this check used today
 * @param refusal a daily limit Zoom answered with just now
 */
export function checkQuota(
  plan: Plan,
  use: DailyUse,
  heads: readonly AnswerHead[],
  refusal: ZoomError | null,
  nowMs: number,
): Finding {
  const spent = planLimits[plan].daily.map((quota) => {
    const used = quota.labels.reduce((sum, label) => sum + use[label], 0)
    const labels = quota.labels.join(' and ').replaceAll('_', '-')
    const share = used / quota.requests
    return {
      share,
      text: `${count(used)} of ${count(quota.requests)} ${labels} requests (${Math.round(share * 100)} %)`,
    }
  })
  if (spent.length === 0)
    return ok('quota', `the plan ${plan} has no quota of a day`, { details: headerLines(heads) })
  const tightest = spent.reduce((a, b) => (b.share > a.share ? b : a))
  const details = [...spent.filter((one) => one !== tightest).map((one) => one.text), ...headerLines(heads)]
  const found = `rollcall used ${tightest.text} of today's quota`
  const cost =
    'a sync stops in order when the quota is spent, exits with 3, and the next one goes on where it stopped'
  const others = 'The quota belongs to the whole account: other apps use it too and are not counted here.'
  if (refusal !== null || tightest.share >= 1) {
    const until = refusal?.resumeAt ?? new Date(nextUtcMidnight(nowMs))
    return problem('quota', refusal ? `Zoom says that the quota of the day is spent; ${found}` : found, {
      cost,
      remedy: `Run the sync again after ${until.toISOString()}. ${others}`,
      details,
    })
  }
  if (tightest.share >= warn_share) {
    return warning('quota', found, { cost, remedy: `Leave the rest for the next sync. ${others}`, details })
  }
  return ok('quota', found, { details })
}

/** What Zoom's own headers say, the last answer of each category; they are not sent always. */
function headerLines(heads: readonly AnswerHead[]): string[] {
  const lines = new Map<string, string>()
  for (const { headers } of heads) {
    const [category, type, limit, remaining] = ['category', 'type', 'limit', 'remaining'].map((name) => {
      const value = headers[`x-ratelimit-${name}`]
      return typeof value === 'string' && /^[\w -]{1,40}$/.test(value) ? value : null
    })
    if (!category || !limit) continue
    const left = /daily/i.test(type ?? '') && remaining ? `, ${remaining} left` : ''
    lines.set(category, `Zoom's headers: ${category} ${limit} (${type ?? 'type not named'}${left})`)
  }
  return [...lines.keys()].sort().map((category) => lines.get(category) as string)
}

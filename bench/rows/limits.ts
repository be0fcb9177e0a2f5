import { createZoomClient } from '../../extract/zoom/client.ts'
import type { Plan } from '../../extract/zoom/plans.ts'
import { planLimits } from '../../extract/zoom/plans.ts'
import { serveAccount } from '../account.ts'
import { atLeast, atMost, type BenchRow, type Figures, type Place } from '../row.ts'

/**
 * How much of what an account allows is used while there is more to ask: 32 readers ask for Heavy reports without a
 * pause, of an account of plan Business (40 a second) and one of plan Pro (10 a second) at once. The simulators hold
 * the limits in sliding windows, by their own clocks, in processes of their own. Real time: what a timer that
 * runs late does to the spacing is the thing to be measured.
 */
const measuredPlans = ['business', 'pro'] as const

export const limits: BenchRow = {
  what: 'use of a limited account (Heavy)',
  against: 'the limit itself',
  unit: 'seconds',
  sizes: { small: 2, full: 60 },
  repeatsMax: 1,
  ours,
  checks: (ours) => [
    ...measuredPlans.map((plan) => {
      const perSecond = planLimits[plan].rates.heavy?.requests as number
      return atLeast(`of ${perSecond} a second`, (ours[plan] as number) * 100, 97, '%')
    }),
    atMost('answers of 429', ours.too_many as number, 0, ''),
  ],
}

async function ours({ size }: Place): Promise<Figures> {
  const used = await Promise.all(measuredPlans.map((plan) => useOf(plan, size)))
  const shares = Object.fromEntries(measuredPlans.map((plan, at) => [plan, used[at]?.share as number]))
  return { seconds: size, ...shares, too_many: used.reduce((sum, { tooMany }) => sum + tooMany, 0) }
}

/** @returns the share of what the plan allows in `seconds` that was answered in that time */
async function useOf(plan: Plan & (typeof measuredPlans)[number], seconds: number) {
  const account = await serveAccount({ scale: 'tiny', plan })
  const client = createZoomClient({ ...account, plan })
  const path = account.largestReport.slice('/v2'.length)
  // The token is asked for before the minute begins.
  await client.scopes()
  const until = performance.now() + seconds * 1000
  let answered = 0
  const reader = async () => {
    while (performance.now() < until) {
      await client.get('heavy', path, { page_size: '300' })
      if (performance.now() < until) answered++
    }
  }
  await Promise.all(Array.from({ length: 32 }, reader))
  await client.close()
  const { tooMany } = await account.stop()
  const perSecond = planLimits[plan].rates.heavy?.requests as number
  return { share: answered / (perSecond * seconds), tooMany }
}

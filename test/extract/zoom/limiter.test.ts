import { afterEach, describe, expect, test } from 'vitest'
import type { DailyUse } from '../../../extract/zoom/dailyBudget.ts'
import { ZoomError } from '../../../extract/zoom/errors.ts'
import { type CountingLimiter, createRateLimiter } from '../../../extract/zoom/limiter.ts'
import { type Plan, planLimits, plans, rateLabels } from '../../../extract/zoom/plans.ts'

const open: CountingLimiter[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
})

function limiterFor(
  plan: Plan,
  usedToday?: Partial<DailyUse>,
  now = { ms: Date.parse('2026-03-04T23:00:00Z') },
) {
  const seed = usedToday && {
    day: '2026-03-04',
    light: 0,
    medium: 0,
    heavy: 0,
    resource_intensive: 0,
    ...usedToday,
  }
  const limiter = createRateLimiter(plan, seed, { clock: () => now.ms })
  open.push(limiter)
  return { limiter, now }
}

const nothing = async () => {}

describe('rates', () => {
  test('no second has more starts than the plan allows, and the rate is nearly used up', async () => {
    const { limiter } = limiterFor('business')
    const startsMs: number[] = []
    const answer = async () => {
      startsMs.push(performance.now())
      // Slower than the spacing, so that requests overlap.
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
    await Promise.all(Array.from({ length: 100 }, () => limiter.schedule('heavy', answer)))
    const inWindow = startsMs.map((from) => startsMs.filter((at) => at >= from && at < from + 1000).length)
    expect(Math.max(...inWindow)).toBeLessThanOrEqual(planLimits.business.rates.heavy?.requests as number)
    const tookMs = (startsMs.at(-1) as number) - (startsMs[0] as number)
    // The third 40 may begin after 2000 ms; what is beyond is what we leave unused, and what a busy machine adds.
    expect(2000 / tookMs).toBeGreaterThan(0.4)
    expect(2000 / tookMs).toBeLessThan(1)
  }, 120_000)

  test('labels do not wait for each other, and unlimited does not wait at all', async () => {
    const { limiter } = limiterFor('free')
    await limiter.schedule('heavy', nothing)
    const startedMs = performance.now()
    await Promise.all([limiter.schedule('light', nothing), limiter.schedule('medium', nothing)])
    expect(performance.now() - startedMs).toBeLessThan(900)
    const unlimited = limiterFor('unlimited').limiter
    const begunMs = performance.now()
    await Promise.all(Array.from({ length: 1000 }, () => unlimited.schedule('heavy', nothing)))
    expect(performance.now() - begunMs).toBeLessThan(1500)
    expect(unlimited.used().heavy).toBe(1000)
  })

  test('every plan has a rule for every label', () => {
    for (const plan of plans) {
      for (const label of rateLabels) expect(planLimits[plan].rates[label]).not.toBeUndefined()
    }
  })

  test('a job’s failure is its caller’s, and the next job runs', async () => {
    const { limiter } = limiterFor('unlimited')
    await expect(limiter.schedule('light', () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
    expect(await limiter.schedule('light', async () => 7)).toBe(7)
  })
})

describe('the daily quota', () => {
  test('is shared by heavy and resource-intensive, and says when it starts again', async () => {
    const { limiter } = limiterFor('pro', { heavy: 29_990, resource_intensive: 9 })
    await limiter.schedule('heavy', nothing)
    const error = await limiter.schedule('resource_intensive', nothing).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(ZoomError)
    expect(error).toMatchObject({ meaning: 'daily_limit', kind: 'terminal' })
    expect(error.resumeAt.toISOString()).toBe('2026-03-05T00:00:00.000Z')
    expect(error.message).toContain('All 30000 heavy and resource-intensive requests of the day are used')
    // Other labels have no daily quota on this plan.
    await limiter.schedule('medium', nothing)
  })

  test('lets exactly as many through as are left, however many ask at once', async () => {
    const { limiter } = limiterFor('business', { heavy: 59_997 })
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => limiter.schedule('heavy', nothing)),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    expect(limiter.used().heavy).toBe(60_000)
  })

  test('starts again at 00:00 UTC', async () => {
    const { limiter, now } = limiterFor('free', { light: 6000 })
    await expect(limiter.schedule('light', nothing)).rejects.toMatchObject({ meaning: 'daily_limit' })
    now.ms = Date.parse('2026-03-05T00:00:00Z')
    await limiter.schedule('light', nothing)
    expect(limiter.used()).toEqual({
      day: '2026-03-05',
      light: 1,
      medium: 0,
      heavy: 0,
      resource_intensive: 0,
    })
  })

  test('does not count what was used on another day', async () => {
    const { limiter } = limiterFor('free', { day: '2026-03-03', heavy: 1000 })
    await limiter.schedule('heavy', nothing)
    expect(limiter.used().heavy).toBe(1)
  })

  test('is closed by Zoom’s word as well, since other apps use it too, until the time Zoom named', async () => {
    const { limiter, now } = limiterFor('pro')
    const resumeAt = new Date(now.ms + 600_000)
    const refusal = new ZoomError({ meaning: 'daily_limit', kind: 'terminal', remedy: 'Wait.', resumeAt })
    await expect(limiter.schedule('heavy', () => Promise.reject(refusal))).rejects.toBe(refusal)
    let isAsked = false
    const ask = async () => {
      isAsked = true
    }
    await expect(limiter.schedule('resource_intensive', ask)).rejects.toMatchObject({ resumeAt })
    expect(isAsked).toBe(false)
    now.ms = resumeAt.getTime()
    await limiter.schedule('resource_intensive', ask)
    expect(isAsked).toBe(true)
  })
})

test('stop rejects what waits, lets what runs finish, and refuses what comes later', async () => {
  const { limiter } = limiterFor('free')
  const begun = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<string>()
  const running = limiter.schedule('heavy', () => {
    begun.resolve()
    return answer.promise
  })
  const waiting = expect(limiter.schedule('heavy', nothing)).rejects.toMatchObject({ name: 'AbortError' })
  await begun.promise
  const stopping = limiter.stop()
  answer.resolve('answered')
  expect(await running).toBe('answered')
  await waiting
  await stopping
  await expect(limiter.schedule('heavy', nothing)).rejects.toMatchObject({ name: 'AbortError' })
})

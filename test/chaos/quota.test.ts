import { expect, test } from 'vitest'
import { extract } from '../../extract/extract.ts'
import { listRuns } from '../../extract/runs.ts'
import { calmWarehouse, tinyAccount, today, undertake } from './pipeline.ts'

test('a spent daily quota stops the run in order, and after midnight it goes on without asking again', {
  timeout: 120_000,
}, async () => {
  const account = tinyAccount()
  let nowMs = today.getTime() + 23.9 * 3_600_000
  const midnight = new Date('2026-10-16T00:00:00.000Z')
  let left = 250
  const world = await undertake(account, {
    clock: () => nowMs,
    intercept: ({ path }) => {
      if (path === '/oauth/token' || nowMs >= midnight.getTime()) return null
      left -= 1
      if (left >= 0) return null
      return {
        status: 429,
        headers: { 'x-ratelimit-type': 'Daily-limit', 'retry-after': '2026-10-16T00:00:00Z' },
        body: { code: 429, message: 'You have reached the maximum daily rate limit for this API.' },
      }
    },
  })
  const { dataDir, simulator } = world
  const { accountId, clientId, clientSecret, apiUrl, oauthUrl } = simulator
  const run = () =>
    extract(
      {
        dataDir,
        accountId,
        clientId,
        clientSecret,
        apiUrl,
        oauthUrl,
        plan: 'unlimited',
        mode: 'full',
      },
      { clock: () => nowMs, sleep: async () => undefined },
    )
  try {
    const { hash } = await calmWarehouse()

    const stopped = await run()
    expect(stopped.stopped?.resumeAt).toEqual(midnight)
    expect(stopped.stopped?.reason).toContain(`used up; it is renewed at ${midnight.toISOString()}`)
    expect(listRuns(dataDir)).toMatchObject([{ status: 'stopped', reason: stopped.stopped?.reason }])
    // Those that were under way when the first was refused; the run ends instead of hammering.
    const refused = simulator.requests().filter(({ status }) => status === 429).length
    expect(refused).toBeGreaterThan(0)
    expect(refused).toBeLessThanOrEqual(16)
    // What is there already can be published; it is not all, and says so.
    expect(await world.publish('part')).not.toBe(hash)

    nowMs = midnight.getTime() + 60_000
    const resumed = await run()
    expect(resumed).toMatchObject({ isResumed: true, runId: stopped.runId, stopped: null })
    const asked = simulator
      .requests()
      .filter(({ path, status }) => path !== '/oauth/token' && status !== 429)
      .map(({ path, query }) => `${path}?${new URLSearchParams(query)}`)
    expect(asked.length - new Set(asked).size, 'pages asked twice').toBe(0)
    expect(await world.publish('whole')).toBe(hash)
    expect(listRuns(dataDir)).toMatchObject([{ status: 'finished', reason: null }])
  } finally {
    await world.end()
  }
})

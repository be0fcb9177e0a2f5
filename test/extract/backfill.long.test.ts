import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queryRaw } from '../../extract/raw/query.ts'
import { listRuns, requestsOn } from '../../extract/runs.ts'
import { contentHash } from '../../load/contentHash.ts'
import { openTestAccount, type TestAccount } from '../pipelines/account.ts'
import { createTestDatabase } from '../postgres/testDatabase.ts'

/*
 * Goal: a history that costs more than a day's share of the quota is read over days, newest first, and ends in the
 * warehouse of one undisturbed sync. Method: the simulated account, a small share, and a clock that moves to the next
 * morning after every run, as cron would.
 */

const SHARE = 40
const DAY_MS = 86_400_000

async function published(account: TestAccount, runId: string): Promise<string> {
  const { url } = await createTestDatabase()
  await account.transform()
  await account.load(url, runId)
  return contentHash(url)
}

describe('a backfill that is spread over days', { timeout: 240_000 }, () => {
  let calm: TestAccount
  let spread: TestAccount
  beforeAll(async () => {
    ;[calm, spread] = await Promise.all([openTestAccount(), openTestAccount()])
  })
  afterAll(() => Promise.all([calm?.close(), spread?.close()]))

  it('takes its share of each day, newest first, and ends as one undisturbed sync', async () => {
    const hash = await published(calm, (await calm.extract()).runId)

    const days: { heavy: number; oldestRead: number | null }[] = []
    let stopped: { reason: string; resumeAt: Date | null } | null
    let runId = ''
    let nowMs = spread.nowMs
    do {
      const before = spread.simulator.stats().byLabel
      const summary = await spread.extract(
        // Begun with --full; the scheduled command that goes on does not say so again.
        {
          mode: days.length === 0 ? 'full' : 'incremental',
          quotaCap: { requests: SHARE },
          concurrency: 2,
        },
        { clock: () => nowMs },
      )
      if (days.length > 0) expect(summary).toMatchObject({ isResumed: true, runId })
      runId = summary.runId
      stopped = summary.stopped
      const after = spread.simulator.stats().byLabel
      const heavy = after.heavy + after.resource_intensive - before.heavy - before.resource_intensive
      const used = requestsOn(
        listRuns(spread.dataDir),
        spread.simulator.accountId,
        new Date(nowMs).toISOString().slice(0, 10),
      )
      expect((used.heavy ?? 0) + (used.resource_intensive ?? 0), 'written down for other runs').toBe(heavy)
      days.push({ heavy, oldestRead: await oldestRead(spread) })
      if (stopped) {
        const midnight = (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS
        expect(stopped.resumeAt).toEqual(new Date(midnight))
        expect(stopped.reason).toContain(`The ${SHARE} heavy and resource-intensive requests`)
        expect(stopped.reason).toContain(new Date(midnight).toISOString())
        nowMs += DAY_MS
      }
    } while (stopped && days.length < 30)

    expect(stopped).toBeNull()
    expect(days.length).toBeGreaterThan(3)
    for (const { heavy } of days.slice(0, -1)) expect(heavy).toBe(SHARE)
    expect(days.at(-1)?.heavy).toBeLessThanOrEqual(SHARE)
    const oldest = days.map((day) => day.oldestRead).filter((ms) => ms !== null)
    expect(oldest).toEqual(oldest.toSorted((a, b) => b - a))
    expect(new Set(oldest).size).toBeGreaterThan(2)
    expect(await published(spread, runId)).toBe(hash)
  })

  it('leaves to later runs of the day only what earlier ones left of the share', async () => {
    const other = await openTestAccount()
    try {
      const first = await other.extract({ quotaCap: { requests: 20 } })
      expect(first.stopped).not.toBeNull()
      const again = await other.extract({ quotaCap: { requests: 20 } })
      expect(again.requests).toMatchObject({ heavy: 0, resource_intensive: 0 })
      const more = await other.extract({ quotaCap: { requests: 25 } })
      expect((more.requests.heavy ?? 0) + (more.requests.resource_intensive ?? 0)).toBe(5)
    } finally {
      await other.close()
    }
  })
})

/** Start of the oldest instance whose participants were read so far, epoch ms. */
async function oldestRead({ dataDir }: TestAccount): Promise<number | null> {
  const [row] = await queryRaw<{ oldest: number | null }>(
    dataDir,
    `select epoch_ms(min(instance_start)) as oldest from raw.captures
     where stream = 'participants' and status = 'complete'`,
  )
  return row?.oldest ?? null
}

import { afterEach, describe, expect, it } from 'vitest'
import { queryRaw } from '../../extract/raw/query.ts'
import { dataStreams } from '../../extract/streams.ts'
import { endpointsOf } from '../../extract/zoom/endpoints/catalogue.ts'
import { uuidPath } from '../../extract/zoom/uuidPath.ts'
import type { ServerOptions } from '../../simulator/server.ts'
import { openTestAccount, type TestAccount } from '../pipelines/account.ts'

/*
 * Goal: what a missing scope or a broken report kept back is read when it can be, and costs little meanwhile. Method:
 * the simulated account, whose app gets a scope one day, or whose report of one instance always answers 502.
 */

const DAY_MS = 86_400_000
const reportScope = 'report:read:list_webinar_participants:admin'
const ofReport = /^\/v2\/report\/webinars\/[^/]+\/participants$/
const ofOthers = /^\/v2\/(past_webinars|metrics\/webinars)\/[^/]+\/participants$/

const accounts: TestAccount[] = []
afterEach(() => Promise.all(accounts.splice(0).map((account) => account.close())))

/** An account that is synced once a day, the first time as far back as Zoom reports. */
async function daily(serving: Partial<ServerOptions>) {
  const account = await openTestAccount({}, serving)
  accounts.push(account)
  let day = 0
  return {
    account,
    async sync() {
      const atMs = account.nowMs + day * DAY_MS
      const from = account.simulator.requests().length
      const summary = await account.extract(
        { mode: day === 0 ? 'full' : 'incremental' },
        { clock: () => atMs, sleep: async () => undefined },
      )
      day += 1
      const asked = account.simulator.requests().slice(from)
      const paths = (pattern: RegExp) => asked.map(({ path }) => path).filter((path) => pattern.test(path))
      return { summary, reports: paths(ofReport), others: paths(ofOthers) }
    },
  }
}

describe('a scope that is granted later', { timeout: 240_000 }, () => {
  it('has the better source asked once for all that settled without it', async () => {
    const scopes = dataStreams
      .flatMap(endpointsOf)
      .map((endpoint) => endpoint.scopes[0] as string)
      .filter((scope) => scope !== reportScope)
    const { account, sync } = await daily({ scopes })
    expect((await sync()).others.length).toBeGreaterThan(5)
    expect(await sync()).toMatchObject({ reports: [], others: [] })

    scopes.push(reportScope)
    const granted = await sync()
    expect(granted.others).toEqual([])
    const answered = await queryRaw<{ uuid: string }>(
      account.dataDir,
      `select distinct instance_uuid as uuid from raw.captures
       where stream = 'participants' and source_endpoint = 'past_webinars' and status in ('complete', 'empty')
           and instance_start >= timestamptz '2026-06-17 12:00:00+00' - interval 12 months`,
    )
    expect(new Set(granted.reports)).toEqual(
      new Set(answered.map(({ uuid }) => `/v2/report/webinars/${uuidPath(uuid)}/participants`)),
    )
    expect(await sync()).toMatchObject({ reports: [], others: [] })
  })
})

describe('a report that always breaks', { timeout: 240_000 }, () => {
  it('is asked for less and less, and the ledger says when next', async () => {
    let broken = ''
    const { account, sync } = await daily({
      intercept: ({ path }) =>
        path === broken ? { status: 502, body: { code: 502, message: 'Bad gateway' } } : null,
    })
    const webinar = account.truth.webinars.find(({ instances }) => instances.length === 1)
    broken = `/v2/report/webinars/${uuidPath(webinar?.instances[0]?.zoom_uuid as string)}/participants`
    const asked: number[] = []
    const deferred: number[] = []
    for (let day = 0; day < 6; day++) {
      const { summary, reports } = await sync()
      if (day > 0) expect(new Set(reports).size, 'nothing else is read again').toBeLessThanOrEqual(1)
      asked.push(reports.filter((path) => path === broken).length)
      deferred.push(summary.deferred)
    }
    // Six attempts a reading: on three days, after one more, after two more.
    expect(asked).toEqual([6, 6, 6, 6, 0, 6])
    expect(deferred).toEqual([0, 0, 0, 0, 1, 0])
    const [last] = await queryRaw<{ reason: string }>(
      account.dataDir,
      `select reason from raw.captures
       where stream = 'participants' and source_endpoint = 'report' and status = 'failed'
       order by finished_at desc limit 1`,
    )
    // The sixth day is 20 June; four days on it is the 24th.
    expect(last?.reason).toMatch(/\(5 runs in a row failed at this: asked for again after 2026-06-24T12:00Z/)
  })
})

import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { dryRun } from '../../../extract/dryRun/dryRun.ts'
import type { ExtractOptions } from '../../../extract/extract.ts'
import { createAccount } from '../../../simulator/account.ts'
import type { Simulator } from '../../../simulator/server.ts'
import { openTestAccount, type TestAccount } from '../../pipelines/account.ts'

/*
 * Goal: what a dry run predicts is what the simulator is then asked, to the request where that can be known. Method:
 * the plan of an account, then the extract itself, and the simulator's own count by route and label.
 */

const DAY_MS = 86_400_000
const accounts: TestAccount[] = []
afterEach(() => Promise.all(accounts.splice(0).map((account) => account.close())))

async function open(options: Parameters<typeof openTestAccount>[0] = {}, serving = {}): Promise<TestAccount> {
  const account = await openTestAccount(options, serving)
  accounts.push(account)
  return account
}

function planned(
  { dataDir, simulator, nowMs }: TestAccount,
  more: Partial<ExtractOptions> = {},
  atMs = nowMs,
) {
  const { accountId, clientId, clientSecret, apiUrl, oauthUrl } = simulator
  const options = { dataDir, accountId, clientId, clientSecret, apiUrl, oauthUrl }
  return dryRun({ ...options, plan: 'unlimited', mode: 'full', ...more }, { clock: () => atMs })
}

/** The simulator's route of a line of the forecast. */
const routes: Record<string, string> = {
  'participants|report': '/report/webinars/{id}/participants',
  'participants|past_webinars': '/past_webinars/{id}/participants',
  'report_details|report': '/report/webinars/{id}',
  'polls|report': '/report/webinars/{id}/polls',
  'questions|report': '/report/webinars/{id}/qa',
  'surveys|report': '/report/webinars/{id}/survey',
  'absentees|past_webinars': '/past_webinars/{id}/absentees',
  'registrants|webinars': '/webinars/{id}/registrants',
  'registration_questions|webinars': '/webinars/{id}/registrants/questions',
  'panelists|webinars': '/webinars/{id}/panelists',
  'tracking_sources|webinars': '/webinars/{id}/tracking_sources',
}

/** Requests by route and label that `work` makes. */
async function asked(simulator: Simulator, work: () => Promise<unknown>) {
  const before = simulator.stats()
  await work()
  const after = simulator.stats()
  const less = (now: Record<string, number>, then: Record<string, number>) =>
    Object.fromEntries(Object.entries(now).map(([name, made]) => [name, made - (then[name] ?? 0)]))
  return { byPath: less(after.byPath, before.byPath), byLabel: less(after.byLabel, before.byLabel) }
}

describe('a dry run', { timeout: 120_000 }, () => {
  it('leaves nothing behind, neither in the data folder nor beside it', async () => {
    const account = await open()
    const isShadow = (name: string) => name.startsWith('rollcall-dry-run-')
    const before = (await readdir(tmpdir())).filter(isShadow)
    await planned(account)
    expect(await readdir(account.dataDir)).toEqual([])
    expect((await readdir(tmpdir())).filter((name) => isShadow(name) && !before.includes(name))).toEqual([])
  })

  it('predicts a first sync: exactly where nothing has pages, from below where Zoom has to say how many', async () => {
    const account = await open()
    const found = await planned(account)
    expect(found.forecast.why).toEqual({ new: expect.any(Number) })
    const { byPath, byLabel } = await asked(account.simulator, () => account.extract())
    let exact = 0
    for (const line of found.forecast.lines) {
      const name = `${line.stream}|${line.source}`
      const path = routes[name]
      expect(path, name).toBeDefined()
      const made = byPath[path as string] as number
      if ((line.basis.fixed ?? 0) === line.requests) {
        exact += 1
        expect(made, name).toBe(line.requests)
      } else expect(made, name).toBeGreaterThanOrEqual(line.requests)
    }
    expect(exact).toBeGreaterThanOrEqual(7)
    for (const [label, made] of Object.entries(found.requests)) {
      expect(byLabel[label], label).toBeGreaterThanOrEqual(made)
    }
    expect(found.discovery).toMatchObject({ resource_intensive: byLabel.resource_intensive })
  })

  it('predicts to the request what is read again, and that nothing settled is', async () => {
    const account = await open({ recent: true }, { pageSizeMax: 20 })
    await account.extract()
    const tomorrow = account.nowMs + DAY_MS
    const found = await planned(account, { mode: 'incremental' }, tomorrow)
    expect(found.estimated).toEqual({ light: 0, medium: 0, heavy: 0, resource_intensive: 0 })
    expect(found.plan.instances).toHaveLength(1)
    expect(Object.keys(found.forecast.why)).toEqual(['unsettled'])
    const { byLabel } = await asked(account.simulator, () =>
      account.extract({ mode: 'incremental' }, { clock: () => tomorrow }),
    )
    expect(byLabel).toEqual(found.requests)
  })

  it('knows what a run that was stopped has already, and goes on from there', async () => {
    const account = await open()
    const whole = await planned(account)
    const stopped = await account.extract({ quotaCap: { requests: 80 }, concurrency: 1 })
    expect(stopped.stopped).not.toBeNull()
    const rest = await planned(account)
    expect(rest.resumes).toBe(stopped.runId)
    expect(rest.requests.heavy).toBeLessThan(whole.requests.heavy)
    const { byPath } = await asked(account.simulator, () => account.extract({ concurrency: 1 }))
    for (const line of rest.forecast.lines) {
      if ((line.basis.fixed ?? 0) !== line.requests) continue
      const name = `${line.stream}|${line.source}`
      expect(byPath[routes[name] as string], name).toBe(line.requests)
    }
  })

  it('tells the days and the time that the limits of the plan make of it', async () => {
    const account = await open()
    // Two months only, for the dashboard's list is asked at its pace already while looking.
    const since = new Date(account.nowMs - 35 * DAY_MS)
    const unlimited = await planned(account, { since })
    expect(unlimited).toMatchObject({ leastTimeMs: 0, quotas: [], days: 1 })
    const limited = await planned(account, { since, plan: 'business', quotaCap: { share: 0.001 } })
    const needed = limited.requests.heavy + limited.requests.resource_intensive
    expect(limited.quotas).toEqual([
      { labels: ['heavy', 'resource_intensive'], requests: 60_000, ceiling: 60, usedToday: 0, needed },
    ])
    const looking = limited.discovery.heavy + limited.discovery.resource_intensive
    expect(limited.days).toBe(1 + Math.ceil((needed - 60) / (60 - looking)))
    // The dashboard's list has twenty requests a minute.
    expect(limited.leastTimeMs).toBeGreaterThan(limited.discovery.resource_intensive * 3000)
  })
})

describe('a day with nothing new', { timeout: 120_000 }, () => {
  it('costs discovery and what has not ended yet, nothing else', async () => {
    const account = await open()
    await account.extract()
    const tomorrow = account.nowMs + DAY_MS
    const from = account.simulator.requests().length
    const summary = await account.extract({ mode: 'incremental' }, { clock: () => tomorrow })
    expect(summary).toMatchObject({ capturedInstances: 0, deferred: 0, stopped: null })
    const looking =
      /^\/(oauth\/token|v2\/(users(\/[^/]+\/webinars)?|report\/history_meetings|report\/users\/[^/]+\/meetings|metrics\/webinars|webinars\/\d+|past_webinars\/\d+\/instances))$/
    const others = account.simulator
      .requests()
      .slice(from)
      .filter(({ path }) => !looking.test(path))
    // Registrations of webinars that have a session to come may change any day.
    const { webinars, now } = createAccount({ scale: 'tiny', now: new Date(account.nowMs - DAY_MS / 2) })
    const upcoming = webinars
      .filter(({ occurrences }) => occurrences.some(({ start }) => start > now))
      .map(({ id }) => String(id))
    expect(others.length).toBeGreaterThan(0)
    for (const { path } of others) expect(upcoming, path).toContain(path.split('/')[3])
    // A week's lists, not half a year's: the account's and the dashboard's in one or two months each.
    expect(summary.requests.resource_intensive).toBeLessThanOrEqual(2)
  })
})

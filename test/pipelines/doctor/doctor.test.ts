import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { saveRun } from '../../../extract/runs.ts'
import { dataStreams } from '../../../extract/streams.ts'
import { endpointsOf } from '../../../extract/zoom/endpoints/catalogue.ts'
import { type DiagnoseEffects, diagnose } from '../../../pipelines/doctor/diagnose.ts'
import type { Finding } from '../../../pipelines/doctor/finding.ts'
import { missingScopes } from '../../../pipelines/doctor/scopes.ts'
import { remedyLines, summaryLines, verdictLine } from '../../../pipelines/doctor/show.ts'
import { lockDataDir } from '../../../pipelines/lock.ts'
import { createAccount } from '../../../simulator/account.ts'
import { type ServerOptions, type Simulator, startSimulator } from '../../../simulator/server.ts'
import { createTestDatabase, query } from '../../postgres/testDatabase.ts'
import { environmentOf, rollcall } from '../cli.ts'

/*
 * Goal: each state an account, a machine or a database can be in gives the verdict and the advice that fit it, and no
 * state makes the doctor fail, write, or show a secret. Method: the real checks against the simulated account (dated
 * today, as Zoom's answers are) and a real Postgres; everything printed is searched for secrets.
 */

const account = createAccount({ scale: 'tiny' })
const allScopes = dataStreams.flatMap(endpointsOf).map((endpoint) => endpoint.scopes[0] as string)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-doctor-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const simulators: Simulator[] = []
afterEach(async () => {
  for (const simulator of simulators.splice(0)) await simulator.close()
})

async function serve(options: Partial<ServerOptions> = {}): Promise<Record<string, string>> {
  const simulator = await startSimulator({ account, plan: 'business', ...options })
  simulators.push(simulator)
  return { ...environmentOf(simulator), ZOOM_PLAN: options.plan ?? 'business' }
}

const wrongSecret = 'wrong-secret-0123456789'
const wrongPassword = 'p@ss/wörd-98765'

interface Diagnosis {
  of(check: string): Finding
  problems: string[]
  text: string
}

/** Runs all checks, and looks for secrets in everything a person or a program would see. */
async function examine(
  environment: Record<string, string>,
  dataDir = path.join(folder, 'nothing-yet'),
  effects: Partial<DiagnoseEffects> = {},
): Promise<Diagnosis> {
  const findings = await diagnose({ environment, dataDir }, effects)
  const text = [...summaryLines(findings), ...remedyLines(findings), verdictLine(findings)].join('\n')
  expectNoSecret(text + JSON.stringify(findings))
  return {
    of(check) {
      const found = findings.find((finding) => finding.check === check)
      if (!found) throw new Error(`no finding ${check} in\n${text}`)
      return found
    },
    problems: findings.filter((one) => one.verdict === 'problem').map((one) => one.check),
    text,
  }
}

function expectNoSecret(text: string): void {
  const token = Buffer.from('simulated-token-').toString('base64url').slice(0, 16)
  const secrets = [account.clientSecret, wrongSecret, wrongPassword, encodeURIComponent(wrongPassword), token]
  for (const secret of secrets) expect(text).not.toContain(secret)
}

describe('with everything in order', () => {
  it('finds no problem, sends few requests and writes nothing', async () => {
    const environment = { ...(await serve()), DATABASE_URL: (await createTestDatabase()).url }
    const dataDir = await mkdtemp(path.join(folder, 'empty-'))
    const { of, problems } = await examine(environment, dataDir)
    expect(problems).toEqual([])
    for (const check of [
      'configuration',
      'node',
      'credentials',
      'scopes',
      'plan',
      'webinar_addon',
      'dashboard',
    ]) {
      expect(of(check), check).toMatchObject({ verdict: 'ok' })
    }
    for (const check of ['reach', 'clock', 'quota', 'data_folder', 'disk_space', 'database', 'schema']) {
      expect(of(check), check).toMatchObject({ verdict: 'ok' })
    }
    expect(of('schema').found).toMatch(/^up to date \(\d{4}-/)
    const { byLabel, requests } = simulators[0]?.stats() ?? { byLabel: {}, requests: 0 }
    expect(byLabel).toMatchObject({ resource_intensive: 1 })
    expect(requests).toBeLessThan(12)
    expect(await readdir(dataDir)).toEqual([])
  })

  it('tells the earliest day of the account history exactly', async () => {
    const { of } = await examine(await serve())
    const today = new Date(account.now * 1000)
    const earliest = new Date(today)
    earliest.setUTCMonth(earliest.getUTCMonth() - 6)
    expect(of('reach').found).toContain(earliest.toISOString().slice(0, 10))
  })

  it('does the same as a command: exit 0, one line a check, and JSON that a program can rely on', async () => {
    const environment = { ...(await serve()), DATABASE_URL: (await createTestDatabase()).url }
    const plain = await rollcall(['doctor'], environment, folder)
    expect(plain).toMatchObject({ code: 0 })
    expect(plain.stdout).toMatch(/^✔ configuration +set: ZOOM_ACCOUNT_ID/)
    expectNoSecret(plain.stdout + plain.stderr)
    const json = await rollcall(['doctor', '--json'], environment, folder)
    const parsed = JSON.parse(json.stdout)
    expect(parsed.ok).toBe(true)
    expect(Object.keys(parsed.findings[0])).toEqual([
      'check',
      'verdict',
      'found',
      'cost',
      'remedy',
      'details',
    ])
    expectNoSecret(json.stdout + json.stderr)
    expect((await rollcall(['doctor', '--loudly'], environment, folder)).code).toBe(2)
  }, 120_000)
})

describe('the configuration', () => {
  it('is named as missing where there is none, and everything else is still looked at', async () => {
    const { of, problems } = await examine({})
    expect(problems).toEqual(['credentials'])
    expect(of('credentials').found).toBe('ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET not set')
    expect(of('credentials').remedy).toMatch(/marketplace\.zoom\.us.*npm run demo/)
    for (const check of ['scopes', 'plan', 'dashboard', 'reach', 'clock', 'quota', 'schema']) {
      expect(of(check), check).toMatchObject({ verdict: 'skipped' })
    }
    expect(of('database').found).toMatch(/^embedded postgres \(PostgreSQL\) \d+/)
    expect(of('data_folder').verdict).toBe('ok')
    expect((await rollcall(['doctor'], {}, folder)).code).toBe(1)
  }, 120_000)

  it('has its mistakes named, and is used without them', async () => {
    const environment = { ...(await serve()), ZOOM_PLAN: 'platinum' }
    const { of, problems } = await examine(environment)
    expect(problems).toEqual(['configuration'])
    expect(of('configuration').details[0]).toMatch(/ZOOM_PLAN is not valid: got "platinum"/)
    expect(of('credentials').verdict).toBe('ok')
  })

  it('shows a misspelt variable, and an address that sends secrets in clear', async () => {
    const misspelt = await examine({ ZOOM_ACCOUNTID: 'abc' })
    expect(misspelt.of('configuration').details[0]).toMatch(/^ZOOM_ACCOUNTID is not read by rollcall/)
    const clear = await examine({ ZOOM_API_URL: 'http://proxy.example/v2' })
    expect(clear.of('configuration').details[0]).toMatch(/ZOOM_API_URL.*https:/)
  })

  it('needs the Node the project brings', async () => {
    expect((await examine({}, undefined, { nodeVersion: '20.11.0' })).of('node').verdict).toBe('problem')
  })
})

describe('the credentials', () => {
  it('are refused by Zoom where the secret is wrong', async () => {
    const { of, problems } = await examine({ ...(await serve()), ZOOM_CLIENT_SECRET: wrongSecret })
    expect(problems).toEqual(['credentials'])
    expect(of('credentials').found).toMatch(/Zoom refused them: "Invalid client_id or client_secret/)
    expect(of('credentials').remedy).toMatch(/ZOOM_CLIENT_SECRET/)
    // The refusal carries Zoom's time, so the clock can be judged all the same.
    expect(of('clock').verdict).toBe('ok')
  })

  it('cannot be judged where nothing answers', async () => {
    const environment = await serve()
    await simulators.pop()?.close()
    const { of } = await examine(environment)
    expect(of('credentials')).toMatchObject({ verdict: 'problem', remedy: expect.stringMatching(/network/) })
  })
})

describe('the scopes', () => {
  it.each(allScopes.map((scope) => [scope]))('without %s are named with what is lost', async (scope) => {
    const found = missingScopes(allScopes.filter((one) => one !== scope))
    expect(found.map((one) => one.scope)).toEqual([scope])
    expect(found[0]?.lost).toMatch(/\w{4,}/)
  })

  it('open by their classic names and by :master too', () => {
    const classic = [
      'report:read:admin',
      'webinar:read:admin',
      'dashboard_webinars:read:admin',
      'user:read:admin',
    ]
    expect(missingScopes(classic)).toEqual([])
    expect(missingScopes(allScopes.map((scope) => scope.replace(/:admin$/, ':master')))).toEqual([])
  })

  it('tell a fallback from a loss, and a loss from no attendance at all', async () => {
    const report = 'report:read:list_webinar_participants:admin'
    const fallback = (await examine(await serve({ scopes: allScopes.filter((one) => one !== report) }))).of(
      'scopes',
    )
    expect(fallback).toMatchObject({ verdict: 'warning', cost: expect.stringMatching(/fallback/) })
    expect(fallback.details).toEqual([
      expect.stringMatching(/^report:read:list_webinar_participants:admin: .*registrant ids/),
    ])

    const registrants = 'webinar:read:list_registrants:admin'
    const loss = (await examine(await serve({ scopes: allScopes.filter((one) => one !== registrants) }))).of(
      'scopes',
    )
    expect(loss).toMatchObject({ verdict: 'warning', cost: expect.stringMatching(/cannot be read/) })
    expect(loss.details[0]).toMatch(/registrants, so no attendance rate/)

    const nobody = await examine(
      await serve({ scopes: allScopes.filter((one) => !/participants/.test(one)) }),
    )
    expect(nobody.of('scopes').verdict).toBe('problem')
    expect(nobody.of('scopes').details).toHaveLength(3)
  })

  it('that are missing make the checks that need them skipped, not failed', async () => {
    const { of, problems } = await examine(await serve({ scopes: ['webinar:read:admin'] }))
    expect(problems).toEqual(['scopes'])
    expect(of('scopes').cost).toMatch(/only if they are named with --webinar/)
    expect(of('reach')).toMatchObject({ verdict: 'skipped', remedy: expect.stringMatching(/scope/i) })
    expect(of('webinar_addon').verdict).toBe('skipped')
    expect(of('dashboard').verdict).toBe('warning')
  })
})

describe('the plan', () => {
  it('without a dashboard costs a source, and nothing else', async () => {
    const { of, problems } = await examine(await serve({ plan: 'pro' }))
    expect(problems).toEqual([])
    expect(of('plan').verdict).toBe('ok')
    expect(of('dashboard')).toMatchObject({ verdict: 'warning', found: expect.stringMatching(/plan/) })
  })

  it('that is free has no reports', async () => {
    const { of, problems } = await examine(await serve({ plan: 'free' }))
    expect(problems).toEqual(['plan'])
    expect(of('plan').remedy).toMatch(/rollcall import/)
  })

  it("is contradicted by Zoom's headers, and by the dashboard where there are no headers", async () => {
    const fast = await examine({ ...(await serve({ plan: 'pro' })), ZOOM_PLAN: 'business' })
    expect(fast.of('plan')).toMatchObject({ verdict: 'warning', remedy: 'Set ZOOM_PLAN=pro.' })
    const slow = await examine({ ...(await serve({ rateLimits: false })), ZOOM_PLAN: 'pro' })
    expect(slow.of('plan')).toMatchObject({ verdict: 'warning', remedy: 'Set ZOOM_PLAN=business.' })
  })
})

describe('the clock', () => {
  it.each([
    [30, 'ok'],
    [-90, 'warning'],
    [120, 'warning'],
    [400, 'problem'],
  ])('that is %i s off is %s', async (seconds, verdict) => {
    const { of } = await examine(await serve(), undefined, { clock: () => Date.now() + seconds * 1000 })
    expect(of('clock').verdict).toBe(verdict)
    const told = Number(/(\d+) s (ahead|behind)/.exec(of('clock').found)?.[1])
    expect(Math.abs(told - Math.abs(seconds))).toBeLessThanOrEqual(1)
    expect(of('clock').found).toContain(seconds > 0 ? 'ahead' : 'behind')
  })
})

describe('the quota of the day', () => {
  async function folderWith(heavy: number): Promise<string> {
    const dataDir = await mkdtemp(path.join(folder, 'quota-'))
    const day = new Date().toISOString().slice(0, 10)
    await saveRun(dataDir, {
      run_id: `20260101T000000000Z-${account.id}`,
      account_id: account.id,
      kind: 'extract',
      status: 'finished',
      started_at: '2026-01-01T00:00:00.000Z',
      finished_at: '2026-01-01T00:10:00.000Z',
      reason: null,
      requests: { [day]: { heavy } },
    })
    return dataDir
  }

  it.each([
    [1000, 'ok'],
    [27_000, 'warning'],
    [30_000, 'problem'],
  ])('with %i requests used is %s', async (heavy, verdict) => {
    const { of } = await examine(await serve({ plan: 'pro' }), await folderWith(heavy))
    expect(of('quota').verdict).toBe(verdict)
    // This check's own heavy requests count too.
    expect(of('quota').found).toContain(`${(heavy + 3).toLocaleString('en-US')} of 30,000`)
  })

  it('is spent where Zoom says so, whatever was counted here', async () => {
    const environment = await serve({
      intercept: ({ path: asked }) =>
        asked.includes('history_meetings')
          ? {
              status: 429,
              headers: { 'x-ratelimit-type': 'Daily-limit', 'retry-after': '2099-01-01T00:00:00Z' },
              body: { code: 429, message: 'You have reached the maximum daily rate limit for this API.' },
            }
          : null,
    })
    const { of } = await examine(environment)
    expect(of('quota')).toMatchObject({
      verdict: 'problem',
      remedy: expect.stringContaining('2099-01-01T00:00:00'),
    })
  })
})

describe('the database', () => {
  const withUrl = (url: string) => examine({ DATABASE_URL: url })

  it('that does not answer is a problem, and the rest goes on', async () => {
    const { of, problems } = await withUrl('postgres://somebody:secret@127.0.0.1:1/nothing')
    expect(problems).toEqual(['credentials', 'database'])
    expect(of('database').remedy).toMatch(/Nothing answers at 127\.0\.0\.1:1/)
    expect(of('no_participants_found').verdict).toBe('skipped')
  })

  it('that refuses the password says whose, and not which', async () => {
    const url = new URL(inject('postgresUrl'))
    url.password = encodeURIComponent(wrongPassword)
    const { of } = await withUrl(url.href)
    expect(of('database')).toMatchObject({
      verdict: 'problem',
      remedy: expect.stringMatching(/password of user/),
    })
  })

  it('with a newer schema, or none yet, says so', async () => {
    const newer = await createTestDatabase()
    await query(
      newer.url,
      `insert into rollcall_migrations (name, timestamp) values ('2999-01-01-later', '2999')`,
    )
    const found = await withUrl(newer.url)
    expect(found.of('schema')).toMatchObject({
      verdict: 'problem',
      remedy: expect.stringMatching(/Update rollcall/),
    })
    const empty = await withUrl((await createTestDatabase('empty')).url)
    expect(empty.of('schema')).toMatchObject({ verdict: 'ok', found: expect.stringMatching(/no tables yet/) })
  })

  it('where the user may not create or alter tables says what to grant', async () => {
    const { url } = await createTestDatabase()
    const reader = `reader_${Math.random().toString(36).slice(2)}`
    await query(url, `create role ${reader} login password 'reader-password'`)
    const own = new URL(url)
    own.username = reader
    own.password = 'reader-password'
    const { of } = await withUrl(own.href)
    expect(of('database')).toMatchObject({
      verdict: 'problem',
      remedy: expect.stringMatching(/grant create, usage/),
    })
    await query(
      url,
      `grant create, usage on schema public to ${reader}; grant select on rollcall_migrations to ${reader}`,
    )
    const granted = await withUrl(own.href)
    expect(granted.of('database')).toMatchObject({
      verdict: 'problem',
      found: expect.stringMatching(/another role/),
    })
    await query(url, `drop owned by ${reader}; drop role ${reader}`)
  })
})

describe('the data folder', () => {
  it('that is a file is a problem, and the rest goes on', async () => {
    const file = path.join(folder, 'a-file')
    await writeFile(file, '')
    for (const dataDir of [file, path.join(file, 'below')]) {
      const { of, problems } = await examine({}, dataDir)
      expect(problems).toContain('data_folder')
      expect(of('data_folder').found).toContain(`${file} is none`)
    }
  })

  it('that another command holds says who, and one left over is no trouble', async () => {
    const dataDir = path.join(folder, 'held')
    const unlock = await lockDataDir(dataDir, 'sync')
    const { of } = await examine({}, dataDir)
    expect(of('data_folder')).toMatchObject({
      verdict: 'warning',
      found: expect.stringContaining(`rollcall sync (process ${process.pid}`),
    })
    await unlock()
    expect((await examine({}, dataDir)).of('data_folder').found).toMatch(/nobody holds its lock/)
    const dead = { pid: 2 ** 30, host: hostname(), command: 'sync', started_at: '2026-01-01T00:00:00.000Z' }
    const before = await readdir(path.join(dataDir, 'lock'))
    await writeFile(
      path.join(dataDir, 'lock', '9'),
      JSON.stringify({ id: 'x', process_start: null, ...dead }),
    )
    expect((await examine({}, dataDir)).of('data_folder')).toMatchObject({
      verdict: 'ok',
      found: expect.stringMatching(/left over/),
    })
    expect((await readdir(path.join(dataDir, 'lock'))).sort()).toEqual([...before, '9'].sort())
  })

  it('with a run file that cannot be read is no reason to stop', async () => {
    const dataDir = path.join(folder, 'broken')
    await mkdir(path.join(dataDir, 'runs'), { recursive: true })
    await writeFile(path.join(dataDir, 'runs', 'x.json'), '{')
    const { of } = await examine(await serve(), dataDir)
    expect(of('quota')).toMatchObject({ verdict: 'warning', remedy: expect.stringContaining('x.json') })
    expect(of('database').verdict).toBe('ok')
  })
})

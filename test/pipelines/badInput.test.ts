import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'
import { midnight, openTestAccount, type TestAccount } from './account.ts'
import { type CliResult, environmentOf, rollcall } from './cli.ts'

/*
 * Goal: whatever is wrong, the person at the terminal reads what failed, on what and what to do next, the exit code
 * says which kind it was, and nothing that was captured is lost. Method: the real command line as a process.
 */

let folder: string
let account: TestAccount
let databaseUrl: string
/** Where an account is read once, by a sync that comes as far as the warehouse. */
let dataDir: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-cli-'))
  dataDir = path.join(folder, 'read')
  account = await openTestAccount({ now: midnight() })
  databaseUrl = (await createTestDatabase()).url
})
afterAll(async () => {
  await account.close()
  await rm(folder, { recursive: true, force: true })
})

const zoom = (served = account.simulator) => environmentOf(served)

const run = (args: string[], environment: Record<string, string> = {}): Promise<CliResult> =>
  rollcall(args, environment, folder)

describe('wrong usage ends with 2', () => {
  it.each([
    ['an unknown command', ['synch'], /unknown command 'synch'/],
    ['an unknown option', ['sync', '--fulll'], /unknown option '--fulll'/],
    ['a day that is none', ['sync', '--since', 'yesterday'], /Expected a day such as/],
    ['a webinar that is no id', ['sync', '--webinar', 'my-webinar'], /numeric webinar id/],
    ['an import without a time zone', ['import', 'a.csv'], /--timezone <zone>' not specified/],
    ['a time zone that is none', ['import', 'a.csv', '--timezone', 'Mars/Base'], /IANA time zone/],
  ])('%s', async (_, args, message) => {
    const { code, stderr } = await run(args)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })

  it('missing credentials, naming each and the demo', async () => {
    const { code, stderr } = await run(['sync'], { ZOOM_ACCOUNT_ID: 'abc' })
    expect(stderr).toMatch(/ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET not set/)
    expect(stderr).toMatch(/npm run demo/)
    expect(code).toBe(2)
  })
})

describe('what fails ends with 1 and says what to do', () => {
  it('a wrong client secret, which is not echoed', async () => {
    const { code, stderr } = await run(['sync', '--data-dir', path.join(folder, 'wrong-secret')], {
      ...zoom(),
      ZOOM_CLIENT_SECRET: 'not-the-secret-at-all',
    })
    expect(stderr).toMatch(/ZOOM_CLIENT_SECRET/)
    expect(stderr).not.toMatch(/not-the-secret-at-all/)
    expect(code).toBe(1)
  })

  it('a data folder that cannot be made', async () => {
    const file = path.join(folder, 'a-file')
    await writeFile(file, '')
    const { code, stderr } = await run(['sync', '--data-dir', path.join(file, 'data')], zoom())
    expect(stderr).toMatch(/a-file\/data cannot be made \(ENOTDIR\).*ROLLCALL_DATA_DIR/)
    expect(code).toBe(1)
  })

  it('a question to a catalog that is not there yet', async () => {
    const { code, stderr } = await run(['sql', 'select 1', '--data-dir', path.join(folder, 'nothing')])
    expect(stderr).toMatch(/There is no catalog .* Run rollcall sync/)
    expect(code).toBe(1)
  })

  it('a CSV that is no attendee report, naming the line and what was expected', async () => {
    const file = path.join(folder, 'shopping.csv')
    await writeFile(file, 'apples,3\npears,4\n')
    const args = ['import', file, '--timezone', 'UTC', '--data-dir', path.join(folder, 'csv')]
    const { code, stderr } = await run(args)
    expect(stderr).toMatch(/shopping\.csv/)
    expect(stderr).toMatch(/line 1/)
    expect(stderr).toMatch(/Attendee Report/)
    expect(code).toBe(1)
  })

  it('an unreachable database, after which nothing has to be read again', async () => {
    const unreachable = { ...zoom(), DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/none' }
    const failed = await run(['sync', '--full', '--data-dir', dataDir], unreachable)
    expect(failed.stderr).toMatch(/DATABASE_URL/)
    expect(failed.stderr).not.toMatch(/hunter2/)
    expect(failed.code).toBe(1)
    const log = /What happened before is in (.*-sync\.ndjson)/.exec(failed.stderr)?.[1] as string
    const lines = (await readFile(log, 'utf8')).trim().split('\n')
    expect(JSON.parse(lines.at(-1) as string)).toMatchObject({ level: 'error', msg: 'failed' })
    expect(lines.join('\n')).not.toMatch(/hunter2/)

    const loaded = await run(['load', '--data-dir', dataDir], { DATABASE_URL: databaseUrl })
    expect(loaded.stderr).toMatch(/rows written/)
    expect(loaded.code).toBe(0)
  }, 120_000)
})

describe('what is incomplete ends with 3 and is named', () => {
  it('a missing scope', async () => {
    const granted = account.simulator
    const scopes = (await scopesOf(granted)).filter(
      (scope) =>
        !/list_webinar_participants|list_past_participants|report:read:admin|webinar:read:admin/.test(scope),
    )
    const limited = await openTestAccount({ now: midnight() }, { scopes })
    try {
      const { code, stdout, stderr } = await run(
        ['sync', '--full', '--json', '--data-dir', path.join(folder, 'no-scope')],
        { ...zoom(limited.simulator), DATABASE_URL: (await createTestDatabase()).url },
      )
      expect(code, stderr).toBe(3)
      const { completeness } = JSON.parse(stdout)
      const denied = completeness.attention.filter(
        (one: { stream: string; status: string }) => one.stream === 'participants' && one.status === 'denied',
      )
      expect(denied.length).toBeGreaterThan(5)
      expect(denied[0].reason).toMatch(/list_webinar_participants|list_past_participants|dashboard/)
    } finally {
      await limited.close()
    }
  }, 120_000)
})

describe('a sync that went well', () => {
  it('speaks JSON to programs, and its tables can be asked', async () => {
    // The run that ended at the unreachable database goes on.
    const url = (await createTestDatabase()).url
    const synced = await run(['sync', '--json', '--data-dir', dataDir], { ...zoom(), DATABASE_URL: url })
    const { extract, completeness } = JSON.parse(synced.stdout)
    expect(extract.stopped).toBeNull()
    expect(completeness.capturedRows).toBe(completeness.expectedRows)
    const [counted] = await query<{ participants: string }>(
      url,
      'select count(*) as participants from zoom_participants',
    )
    expect(Number(counted?.participants)).toBe(completeness.participants)

    const asked = await run([
      'sql',
      '--json',
      'select count(*) as n from marts.zoom_participants',
      '--data-dir',
      dataDir,
    ])
    expect(JSON.parse(asked.stdout)).toEqual([{ n: completeness.participants }])
    const status = await run(['status', '--json', '--data-dir', dataDir], { DATABASE_URL: url })
    expect(JSON.parse(status.stdout)).toMatchObject({ runs: [{ status: 'finished', kind: 'extract' }] })
  }, 120_000)
})

async function scopesOf(simulator: TestAccount['simulator']): Promise<string[]> {
  const answer = await fetch(simulator.oauthUrl, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${simulator.clientId}:${simulator.clientSecret}`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'account_credentials', account_id: simulator.accountId }),
  })
  return ((await answer.json()) as { scope: string }).scope.split(' ')
}

import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockDataDir } from '../../pipelines/lock.ts'
import { midnight, openTestAccount, type TestAccount } from './account.ts'
import { environmentOf, rollcall } from './cli.ts'

/*
 * Goal: what a scheduler sees of a command, its exit code and its JSON, says what happened. Method: the command line as a
 * process of its own, against the simulated account.
 */

describe('a scheduled command', { timeout: 120_000 }, () => {
  let account: TestAccount
  let dataDir: string
  let run: (
    ...args: string[]
  ) => Promise<{ code: number | null; document: Record<string, unknown>; stderr: string }>
  beforeAll(async () => {
    account = await openTestAccount({ now: midnight() })
    dataDir = path.join(await mkdtemp(path.join(tmpdir(), 'rollcall-scheduled-')), 'data')
    const environment = { ...environmentOf(account.simulator), ROLLCALL_DATA_DIR: dataDir }
    run = async (...args) => {
      const { code, stdout, stderr } = await rollcall([...args, '--json'], environment, path.dirname(dataDir))
      return { code, document: JSON.parse(stdout), stderr }
    }
  })
  afterAll(async () => {
    await account?.close()
    if (dataDir) await rm(path.dirname(dataDir), { recursive: true, force: true })
  })

  it('prints its plan with --dry-run, and makes not even the data folder', async () => {
    const { code, document } = await run('sync', '--full', '--dry-run')
    expect(code).toBe(0)
    expect(document).toMatchObject({
      dryRun: true,
      resumes: null,
      capture: { deferred: 0, settledInstances: 0, why: { new: expect.any(Number) } },
      requests: { heavy: expect.any(Number), resource_intensive: expect.any(Number) },
      leastSeconds: 0,
      quotas: [],
      days: 1,
    })
    expect(document.streams).toContainEqual({
      stream: 'report_details',
      source: 'report',
      label: 'heavy',
      readings: expect.any(Number),
      requests: expect.any(Number),
      basis: { fixed: expect.any(Number) },
    })
    expect(existsSync(dataDir)).toBe(false)
  })

  it('ends with 3 when it took its share of the day, and says when it goes on', async () => {
    const { code, document, stderr } = await run('extract', '--full', '--quota', '20')
    expect(code).toBe(3)
    expect(document).toMatchObject({
      status: 'incomplete',
      exitCode: 3,
      stopped: { resumeAt: expect.any(String) },
    })
    const { resumeAt } = document.stopped as { resumeAt: string }
    expect(new Date(resumeAt).getTime() % 86_400_000).toBe(0)
    expect(stderr).toContain(`The 20 heavy and resource-intensive requests`)
    expect(stderr).toContain(resumeAt)
  })

  it('leaves with 75 and who it is when another one is at work, also with --dry-run, and changes nothing', async () => {
    const unlock = await lockDataDir(dataDir, 'sync')
    try {
      const before = await readdir(path.join(dataDir, 'runs'))
      for (const args of [['sync'], ['sync', '--dry-run']]) {
        const { code, document, stderr } = await run(...args)
        expect(code).toBe(75)
        expect(document).toEqual({
          status: 'busy',
          exitCode: 75,
          error: expect.stringContaining(String(process.pid)),
        })
        expect(stderr).toMatch(
          /^Another rollcall sync \(process \d+ on .*Wait for it to end; nothing was changed\.$/m,
        )
      }
      expect(await readdir(path.join(dataDir, 'runs'))).toEqual(before)
    } finally {
      await unlock()
    }
  })

  it('ends with 2 on a quota that makes no sense, and says so as JSON too', async () => {
    for (const [share, says] of [
      ['170%', 'Expected a share such as 70%'],
      // A simulator has no daily quota that a share could be taken of.
      ['70%', 'the plan unlimited has none'],
    ] as const) {
      const { code, document } = await run('sync', '--quota', share)
      expect(code, share).toBe(2)
      expect(document).toMatchObject({ status: 'usage', exitCode: 2, error: expect.stringContaining(says) })
    }
  })
})

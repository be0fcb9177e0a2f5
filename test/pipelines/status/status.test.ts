import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listRuns, type Run } from '../../../extract/runs.ts'
import { lockDataDir } from '../../../pipelines/lock.ts'
import { nextText, readNext } from '../../../pipelines/status/next.ts'
import { quotaLeft, quotaText } from '../../../pipelines/status/quotaLeft.ts'
import { openTestAccount, type TestAccount } from '../account.ts'
import { rollcall } from '../cli.ts'

/** Past the time in which a run's own lists count as current. */
const later_ms = 8 * 3_600_000

describe('what comes next', () => {
  let account: TestAccount
  /** A day after the last instance, which may still change then. */
  let begun_ms: number
  beforeAll(async () => {
    account = await openTestAccount()
    const starts = account.truth.webinars.flatMap(({ instances }) =>
      instances.map((one) => Date.parse(one.start_time)),
    )
    begun_ms = Math.max(...starts.filter((start) => start < account.nowMs)) + 86_400_000
    const clock = () => begun_ms
    await account.extract({}, { clock })
  }, 120_000)
  afterAll(() => account.close())

  it('is what the next extract then reads again, and after it is settled nothing', {
    timeout: 120_000,
  }, async () => {
    const clock = () => begun_ms + later_ms
    const next = await readNext(
      account.dataDir,
      account.simulator.accountId,
      listRuns(account.dataDir),
      clock,
    )
    expect(next?.resumes).toBeNull()
    expect(next?.instances).toBeGreaterThan(0)
    expect(
      next?.newest[0]?.startTime.localeCompare(next?.newest.at(-1)?.startTime ?? ''),
    ).toBeGreaterThanOrEqual(0)
    expect(nextText(next as NonNullable<typeof next>)).toMatch(
      new RegExp(
        `^rollcall sync looks for what is new and reads ${next?.instances} of ${next?.knownInstances} instances`,
      ),
    )

    const read = await account.extract({ mode: 'incremental' }, { clock })
    expect(read.capturedInstances).toBe(next?.instances)

    const month = () => begun_ms + 30 * 86_400_000
    await account.extract({ mode: 'incremental' }, { clock: month })
    const settled = await readNext(
      account.dataDir,
      undefined,
      listRuns(account.dataDir),
      () => month() + later_ms,
    )
    expect(settled?.readings.unsettled ?? 0).toBeLessThan(next?.readings.unsettled ?? 0)
    expect(settled?.newest.filter((one) => one.why.includes('unsettled'))).toEqual([])
  })

  it('says which command works in the folder, also to programs', { timeout: 120_000 }, async () => {
    const unlock = await lockDataDir(account.dataDir, 'sync')
    const { stdout, code, stderr } = await rollcall(
      ['status', '--json', '--data-dir', account.dataDir],
      { ZOOM_PLAN: 'pro' },
      account.dataDir,
    )
    await unlock()
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout).runs).toHaveLength(listRuns(account.dataDir).length)
    expect(JSON.parse(stdout)).toMatchObject({
      working: { command: 'sync', pid: process.pid },
      next: { resumes: null },
      quotas: [{ labels: ['heavy', 'resource_intensive'], limit: 30_000 }],
    })
  })
})

describe('the quota left', () => {
  const noon = Date.UTC(2026, 5, 1, 12)
  const run = (requests: Run['requests']): Run => ({
    run_id: '20260601T000000000Z-acc',
    account_id: 'acc',
    kind: 'extract',
    status: 'finished',
    started_at: '2026-06-01T00:00:00.000Z',
    finished_at: null,
    reason: null,
    requests,
  })

  it('is what today’s runs have not used, of each quota the plan has', () => {
    const runs = [
      run({
        '2026-06-01': { heavy: 100, resource_intensive: 20, light: 999 },
        '2026-05-31': { heavy: 9000 },
      }),
      { ...run({ '2026-06-01': { heavy: 5 } }), account_id: 'another' },
    ]
    const [quota, ...others] = quotaLeft('pro', 'acc', runs, noon)
    expect(others).toEqual([])
    expect(quota).toEqual({
      labels: ['heavy', 'resource_intensive'],
      limit: 30_000,
      used: 120,
      left: 29_880,
      renewedAt: '2026-06-02T00:00:00.000Z',
    })
    expect(quotaText(quota as NonNullable<typeof quota>)).toBe(
      '29,880 of 30,000 heavy and resource-intensive requests left today; renewed at 2026-06-02T00:00Z',
    )
    expect(quotaLeft('free', 'acc', runs, noon).map(({ left }) => left)).toEqual([5001, 2000, 900, 29_980])
    expect(quotaLeft('unlimited', 'acc', runs, noon)).toEqual([])
  })
})

it('status of a folder where nothing ran says how to begin', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-status-'))
  try {
    const { stdout, code } = await rollcall(['status', '--data-dir', path.join(folder, 'none')], {}, folder)
    expect(stdout).toMatch(/No run yet: rollcall sync --full, or npm run demo/)
    expect(code).toBe(0)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

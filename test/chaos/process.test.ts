import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createAccount } from '../../simulator/account.ts'
import { type Simulator, startSimulator } from '../../simulator/server.ts'
import { createTestDatabase } from '../postgres/testDatabase.ts'
import { startCommand } from './syncProcess.ts'

const account = createAccount({ seed: 7 })
const begun = Date.now()

async function inFolder(work: (dataDir: string, simulator: Simulator, url: string) => Promise<void>) {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'rollcall-process-'))
  const simulator = await startSimulator({ account, rateLimits: false, pageSizeMax: 20, clock: () => begun })
  const database = await createTestDatabase()
  try {
    await work(dataDir, simulator, database.url)
  } finally {
    await simulator.close()
    await database.drop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

const asked = (simulator: Simulator) =>
  simulator
    .requests()
    .filter((request) => request.path !== '/oauth/token')
    .map((request) => `${request.path}?${new URLSearchParams(request.query)}`)

async function untilAsked(simulator: Simulator, requests: number): Promise<void> {
  while (simulator.stats().requests < requests) await delay(2)
}

test('Ctrl-C finishes the pages in hand and exits 3; twice it ends at once; the next command goes on', {
  timeout: 120_000,
}, async () => {
  await inFolder(async (dataDir, simulator, url) => {
    const once = startCommand(['extract', '--full'], dataDir, simulator, url)
    await untilAsked(simulator, 60)
    once.child.kill('SIGINT')
    expect(await once.ended, once.said()).toEqual({ code: 3, signal: null })
    expect(once.said()).toMatch(/Not finished: stopped on request\. Run the same command to go on/)
    const stoppedAfter = asked(simulator).length

    const twice = startCommand(['extract', '--full'], dataDir, simulator, url)
    await untilAsked(simulator, simulator.stats().requests + 20)
    twice.child.kill('SIGINT')
    await twice.says(/Press Ctrl-C again/)
    const before = performance.now()
    twice.child.kill('SIGINT')
    const { code } = await twice.ended
    // It may have come to its orderly end just before the second.
    expect([130, 3]).toContain(code)
    expect(performance.now() - before).toBeLessThan(2000)

    const last = startCommand(['sync', '--full'], dataDir, simulator, url)
    await last.says(/^extract .* rows in/m)
    last.child.kill('SIGINT')
    expect((await last.ended).code, last.said()).toBe(3)
    expect(last.said()).toMatch(/going on with run/)
    expect(last.said()).toMatch(/Stopped on request; nothing is lost/)
    expect(asked(simulator).length).toBeGreaterThan(stoppedAfter)
    // Of the second only pages in flight when it ended at once may be asked again; the first loses none.
    expect(asked(simulator).length - new Set(asked(simulator)).size).toBeLessThanOrEqual(
      code === 130 ? 16 : 0,
    )
  })
})

test('of many syncs at once one works, and every other says who and leaves with 75', {
  timeout: 120_000,
}, async () => {
  await inFolder(async (dataDir, simulator, url) => {
    // A holder that was killed: all of them find the same dead lock.
    const killed = startCommand(['extract', '--full'], dataDir, simulator, url)
    await untilAsked(simulator, 20)
    killed.child.kill('SIGKILL')
    await killed.ended

    const all = Array.from({ length: 4 }, () => startCommand(['extract', '--full'], dataDir, simulator, url))
    const codes = await Promise.all(all.map(async ({ ended }) => (await ended).code))
    expect([...codes].sort()).toEqual([3, 75, 75, 75])
    const worker = all[codes.indexOf(3)]
    for (const [at, one] of all.entries()) {
      if (codes[at] === 75) {
        expect(one.said()).toMatch(
          new RegExp(`Another rollcall extract \\(process ${worker?.child.pid} on .* is working in`),
        )
      }
    }
  })
})

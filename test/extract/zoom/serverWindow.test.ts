import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ServerWindow } from '../../../extract/zoom/serverWindow.ts'

/** A clock that moves when everybody waits, from one wake-up to the next. */
function playedTime() {
  let now = 0
  const waiting = new Set<{ atMs: number; go: () => void }>()
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      const one = { atMs: now + ms, go: resolve }
      waiting.add(one)
      const leave = () => {
        waiting.delete(one)
        resolve()
      }
      if (signal?.aborted) leave()
      signal?.addEventListener('abort', leave, { once: true })
    })
  /** Ends when the work has. */
  async function play(work: Promise<unknown>): Promise<void> {
    let isDone = false
    work.finally(() => {
      isDone = true
    })
    while (!isDone) {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
      const next = [...waiting].sort((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined) continue
      waiting.delete(next)
      now = Math.max(now, next.atMs)
      next.go()
    }
  }
  return { now: () => now, sleep, play }
}

interface Stall {
  fromMs: number
  ms: number
}

/** Readers that ask without a pause, of a server that stands still now and then; when it counted each request. */
async function counted(
  window: { requests: number; period_ms: number },
  stalls: Stall[],
  answers_ms: number[],
) {
  const time = playedTime()
  const guard = new ServerWindow(window.requests, window.period_ms, time)
  const countedMs: number[] = []
  let asked = 0
  const reader = async () => {
    while (asked < 400) {
      const answer_ms = answers_ms[asked++ % answers_ms.length] as number
      await guard.run(async () => {
        await time.sleep(1)
        const stall = stalls.find(({ fromMs, ms }) => time.now() >= fromMs && time.now() < fromMs + ms)
        if (stall) await time.sleep(stall.fromMs + stall.ms - time.now())
        countedMs.push(time.now())
        await time.sleep(answer_ms)
      })
    }
  }
  const all = Promise.all(Array.from({ length: 32 }, reader))
  await time.play(all)
  await all
  return { countedMs: countedMs.sort((a, b) => a - b), tookMs: time.now() }
}

const window = { requests: 40, period_ms: 1000 }

function mostInAPeriod(countedMs: readonly number[]): number {
  let from = 0
  let most = 0
  countedMs.forEach((at, index) => {
    while ((countedMs[from] as number) <= at - window.period_ms) from++
    most = Math.max(most, index - from + 1)
  })
  return most
}

test('however the server stands still, it never counts more in a period than it allows', async () => {
  // One in each second and a half, so that no two of them make a longer one.
  const stall = fc
    .record({ of: fc.nat(8), late_ms: fc.nat(500), ms: fc.integer({ min: 1, max: 900 }) })
    .map(({ of, late_ms, ms }) => ({ fromMs: of * 1500 + late_ms, ms }))
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(stall, { maxLength: 8, selector: ({ fromMs }) => Math.floor(fromMs / 1500) }),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 50 }),
      async (stalls, answers_ms) => {
        const { countedMs } = await counted(window, stalls, answers_ms)
        expect(mostInAPeriod(countedMs)).toBeLessThanOrEqual(window.requests)
      },
    ),
    { numRuns: 40 },
  )
})

test('what the server allows is used when its answers come at one pace, be they slow', async () => {
  for (const answer_ms of [3, 500]) {
    const { tookMs } = await counted(window, [], [answer_ms])
    // 400 requests are a first window and nine more. Once the answers are not known to be quick; and 32 readers begin
    // what is left of a window when they have their first answers, the last one too.
    expect(tookMs).toBeGreaterThan(9000)
    expect(tookMs).toBeLessThan(9000 * 1.03 + 3 * answer_ms)
  }
})

test('a server that answers slowly and unevenly costs a part of the rate, not all of it', async () => {
  const { tookMs } = await counted(window, [], [200, 900, 1500, 400, 2500, 700])
  expect(tookMs).toBeLessThan(9000 * 2 + 2500)
})

test('a job that fails frees its place after a period as well', async () => {
  const time = playedTime()
  const guard = new ServerWindow(1, 1000, time)
  const failing = guard.run(() => Promise.reject(new Error('mine')))
  await expect(failing).rejects.toThrow('mine')
  const next = guard.run(async () => time.now())
  await time.play(next)
  expect(await next).toBe(1000)
})

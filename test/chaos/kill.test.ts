import { globSync, mkdirSync, watch } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { contentHash } from '../../load/contentHash.ts'
import { createAccount } from '../../simulator/account.ts'
import { createPrng, type Prng } from '../../simulator/prng.ts'
import { type Simulator, startSimulator } from '../../simulator/server.ts'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'
import { type CommandProcess, startCommand } from './syncProcess.ts'

/*
 * `kill -9` of `rollcall sync --full`, a real process with a real disk and a real Postgres, again and again at
 * moments drawn from a seed; then it may finish. The warehouse must be that of an undisturbed sync, and the simulator
 * counts what it was asked twice.
 */

const isFull = process.env.ROLLCALL_CHAOS === 'full'

/** Where a kill lands: after so many more requests, while a segment is written, in a stage, or in its transaction. */
type Moment = 'start' | 'request' | 'segment' | 'transform' | 'load' | 'transaction'

/** In the order in which one journey can meet them: what is read from Zoom is not read again. */
const journey: readonly Moment[] = isFull
  ? [
      ...(['start', 'request', 'request', 'segment', 'request', 'request', 'segment'] as const),
      ...(['request', 'request', 'start', 'request', 'segment', 'request'] as const),
      ...(['transform', 'transform', 'transform', 'start', 'load', 'load', 'transaction'] as const),
    ]
  : ['request', 'transform', 'transaction']
const killsWanted = isFull ? 200 : journey.length

/**
 * A sync has as many captures under way as its pools have places, and a capture asks for its next page only when the
 * one before is durable: so no more pages than this can be in flight, or answered and not yet durable, at a kill.
 */
const pagesInFlightMax = 16

const args = ['sync', '--full']

/** The simulator's clock stands still: page tokens carry the time, and the same page asked twice must be seen. */
const begun = Date.now()

test(`a sync that kill -9 meets ${killsWanted} times ends as if nothing had happened`, {
  timeout: isFull ? 3_600_000 : 240_000,
}, async () => {
  const account = createAccount({ seed: 7 })
  const undisturbed = await inWorld(account, async (world) => {
    const process = startCommand(args, world.dataDir, world.simulator, world.databaseUrl)
    await process.says(transformed)
    const loading = performance.now()
    const { code } = await process.ended
    const loadMs = performance.now() - loading
    expect(code, process.said()).toBe(3)
    return { hash: await contentHash(world.databaseUrl), asked: askedOf(world.simulator), loadMs }
  })
  expect(undisturbed.asked.length).toBeGreaterThan(300)
  expect(new Set(undisturbed.asked).size, 'an undisturbed sync asks nothing twice').toBe(
    undisturbed.asked.length,
  )

  const prng = createPrng('kill -9')
  const kills: Record<string, number> = {}
  let askedAgain = 0
  let askedAgainMost = 0
  let journeys = 0
  for (let done = 0; done < killsWanted; journeys++) {
    done += await inWorld(account, async (world) => {
      let met = 0
      let again = 0
      for (const moment of journey) {
        const process = startCommand(args, world.dataDir, world.simulator, world.databaseUrl)
        await waitFor(moment, process, world, prng, undisturbed.loadMs)
        process.child.kill('SIGKILL')
        const { signal } = await process.ended
        expect(signal, `${moment}: ended before it was killed\n${process.said()}`).toBe('SIGKILL')
        await world.release()
        met += 1
        const stage = stageOf(process.said())
        kills[`${moment}, in ${stage}`] = (kills[`${moment}, in ${stage}`] ?? 0) + 1
        const asked = askedOf(world.simulator)
        const before = again
        again = asked.length - new Set(asked).size
        askedAgainMost = Math.max(askedAgainMost, again - before)
        // A page in flight at one kill may be asked again only after the next, so the bound is on the sum.
        expect(again).toBeLessThanOrEqual(pagesInFlightMax * met)
      }
      const last = startCommand(args, world.dataDir, world.simulator, world.databaseUrl)
      const { code } = await last.ended
      expect(code, last.said()).toBe(3)
      const asked = askedOf(world.simulator)
      again = asked.length - new Set(asked).size
      expect(again).toBeLessThanOrEqual(pagesInFlightMax * met)
      askedAgain += again
      expect([...new Set(asked)].sort()).toEqual([...undisturbed.asked].sort())
      expect(await contentHash(world.databaseUrl)).toBe(undisturbed.hash)
      expect(
        globSync('{journal/*,raw/**/{*,.*}.tmp,load/*,*.building*,runs/*.tmp}', { cwd: world.dataDir }),
      ).toEqual([])
      return met
    })
    if (isFull) process.stdout.write(`${JSON.stringify(kills)}; pages asked again: ${askedAgain}\n`)
  }
  const total = Object.values(kills).reduce((sum, count) => sum + count, 0)
  expect(total).toBeGreaterThanOrEqual(killsWanted)
  process.stdout.write(
    `${total} kills in ${journeys} journeys: ${JSON.stringify(kills)}; pages asked again: ${askedAgain}, ` +
      `${askedAgainMost} at most after one kill (bound ${pagesInFlightMax})\n`,
  )
})

interface World {
  dataDir: string
  simulator: Simulator
  databaseUrl: string
  /** Lets go of what a moment held up. */
  release(): Promise<void>
  held: (() => Promise<void>)[]
}

async function inWorld<T>(
  account: ReturnType<typeof createAccount>,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'rollcall-kill-'))
  const simulator = await startSimulator({ account, rateLimits: false, pageSizeMax: 20, clock: () => begun })
  const database = await createTestDatabase('empty')
  const held: World['held'] = []
  const release = async () => {
    for (const letGo of held.splice(0)) await letGo()
  }
  try {
    return await work({ dataDir, simulator, databaseUrl: database.url, held, release })
  } finally {
    await release()
    await simulator.close()
    await database.drop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Everything Zoom was asked, tokens aside, in order. */
function askedOf(simulator: Simulator): string[] {
  return simulator
    .requests()
    .filter(({ path: asked }) => asked !== '/oauth/token')
    .map(({ path: asked, query: given }) => `${asked}?${new URLSearchParams(given)}`)
}

/** The line that ends the stage; others tell how far it has come. */
const transformed = /^transform .*(audits passed|nothing is new)/m

function stageOf(said: string): string {
  if (transformed.test(said)) return 'load'
  return /^extract .* rows in/m.test(said) ? 'transform' : 'extract'
}

/**
 * Resolves at the moment, or when the process has ended before it.
 * @param loadMs what a load takes that is not disturbed
 */
async function waitFor(
  moment: Moment,
  process: CommandProcess,
  world: World,
  prng: Prng,
  loadMs: number,
): Promise<void> {
  switch (moment) {
    case 'start':
      await delayUntilLoad(process, prng.int(50, 1500))
      return
    case 'request': {
      const wanted = world.simulator.stats().requests + prng.int(2, 60)
      await until(process, () => world.simulator.stats().requests >= wanted)
      await delay(prng.int(0, 6))
      return
    }
    case 'segment': {
      const raw = path.join(world.dataDir, 'raw')
      mkdirSync(raw, { recursive: true })
      let segments = 0
      const wanted = prng.int(1, 12)
      const watcher = watch(raw, { recursive: true }, (_event, name) => {
        if (name?.endsWith('.tmp')) segments += 1
      })
      await until(process, () => segments >= wanted)
      watcher.close()
      return
    }
    case 'transform':
      await process.says(/^extract .* rows in/m)
      await delayUntilLoad(process, prng.int(0, 1200))
      return
    case 'load':
      await process.says(transformed)
      await delay(prng.int(0, Math.floor(loadMs / 2)))
      return
    case 'transaction':
      await holdTransaction(process, world)
      return
    default:
      throw new Error(`unknown moment ${moment satisfies never}`)
  }
}

/** On a fast machine a sync may have built everything meanwhile: it is met before it has loaded that, too. */
async function delayUntilLoad(process: CommandProcess, ms: number): Promise<void> {
  const end = performance.now() + ms
  while (performance.now() < end && stageOf(process.said()) !== 'load') await delay(1)
}

/** A sync that has read everything meanwhile is met in the stage it is in: the moment would never come. */
async function until(process: CommandProcess, isReached: () => boolean): Promise<void> {
  const isOver = () => process.child.exitCode !== null || stageOf(process.said()) !== 'extract'
  while (!isReached() && !isOver()) await delay(1)
}

/** Locks the table that is written last, so that the load stands in its transaction with everything else written. */
async function holdTransaction(process: CommandProcess, world: World): Promise<void> {
  await process.says(transformed)
  const client = new pg.Client({ connectionString: world.databaseUrl })
  await client.connect()
  world.held.push(() => client.end())
  while (process.child.exitCode === null) {
    try {
      await client.query('begin')
      await client.query('lock table rollcall_runs in share mode')
      break
    } catch {
      // Not migrated yet.
      await client.query('rollback')
      await delay(5)
    }
  }
  while (process.child.exitCode === null) {
    const [waiting] = await query(
      world.databaseUrl,
      `select pid from pg_stat_activity where datname = current_database() and application_name = 'rollcall'
       and wait_event_type = 'Lock' and wait_event = 'relation'`,
    )
    if (waiting !== undefined) return
    await delay(5)
  }
}

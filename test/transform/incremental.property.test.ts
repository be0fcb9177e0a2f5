import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentHash } from '../../load/contentHash.ts'
import { load } from '../../load/load.ts'
import { type Correction, writeCorrections } from '../../transform/corrections.ts'
import { transform } from '../../transform/transform.ts'
import { isFull } from '../chaos/scope.ts'
import { createTestDatabase } from '../postgres/testDatabase.ts'
import { HistoryWorld } from './historyWorld.ts'
import { type Happening, LivingAccount } from './livingAccount.ts'
import { martDifferences } from './sameMarts.ts'

const few = fc.array(fc.nat(5), { minLength: 1, maxLength: 5 })
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ what: fc.constant('held' as const), webinar: fc.nat(3), people: few, keys: fc.nat(255) }),
  fc.record({ what: fc.constant('late' as const), instance: fc.nat(5), people: few }),
  fc.record({ what: fc.constant('registered' as const), webinar: fc.nat(3), person: fc.nat(5) }),
  fc.record({ what: fc.constant('denied' as const), webinar: fc.nat(3) }),
  fc.record({ what: fc.constant('renamed' as const), webinar: fc.nat(3), topic: fc.nat(3) }),
  fc.record({ what: fc.constant('promoted' as const), webinar: fc.nat(3), person: fc.nat(5) }),
  fc.record({ what: fc.constant('polled' as const), instance: fc.nat(5), person: fc.nat(5) }),
  fc.record({ what: fc.constant('moved_user' as const), person: fc.nat(5) }),
  fc.record({ what: fc.constant('returned' as const), instance: fc.nat(5), row: fc.nat(5) }),
  fc.record({ what: fc.constant('nothing' as const) }),
)
const history = fc.array(fc.array(happening, { minLength: 0, maxLength: 4 }), {
  minLength: 2,
  maxLength: isFull ? 4 : 2,
})

/** Lives a history day by day, building what is new, and compares the end (or every day) with a build of everything. */
async function liveAndCompare(
  days: readonly (readonly Happening[])[],
  isEachDay: boolean,
  decisions: ReadonlyMap<number, Correction[]> = new Map(),
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-history-'))
  const dataDir = join(folder, 'daily')
  const whole = join(folder, 'whole')
  try {
    await mkdir(join(dataDir, 'raw'), { recursive: true })
    await mkdir(whole)
    await symlink(join(dataDir, 'raw'), join(whole, 'raw'))
    const account = new LivingAccount()
    const world = new HistoryWorld(dataDir)
    const kinds: string[] = []
    for (const [index, happenings] of days.entries()) {
      await world.addRun(account.live(happenings))
      const decided = decisions.get(index)
      for (const folder of decided === undefined ? [] : [dataDir, whole]) {
        await writeCorrections(folder, decided ?? [])
      }
      const { kind, reason, catalogPath } = await transform({ dataDir, threads: 1 })
      kinds.push(kind)
      if (index > 0) expect(reason).toBe(decided === undefined ? null : 'models or settings are others')
      if (!isEachDay && index < days.length - 1) continue
      const full = await transform({ dataDir: whole, isFull: true, threads: 1 })
      expect(await martDifferences(catalogPath, full.catalogPath)).toEqual({})
    }
    return kinds
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const held = (webinar: number, people: number[], keys: number): Happening => ({
  what: 'held',
  webinar,
  people,
  keys,
})

describe('a catalog that is built day by day', () => {
  it('is the one that a build of everything gives, whatever happened', { timeout: 1_200_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(history, async (days) => {
        await liveAndCompare(days, isFull)
      }),
      { numRuns: isFull ? 40 : 1, endOnFailure: !isFull },
    )
  })

  it('stays so through late rows, registrations, names, panelists, users and merged persons', {
    timeout: 300_000,
  }, async () => {
    const days: Happening[][] = [
      [
        { what: 'registered', webinar: 0, person: 0 },
        { what: 'registered', webinar: 0, person: 1 },
        held(0, [0, 1, 2, 5], 0b0001),
        held(1, [0, 1, 3], 0b10),
        held(2, [0, 3], 0b1),
      ],
      [],
      // The account users and e-mails of the first day turn out to be of the same people.
      [held(3, [0, 3, 1], 0b11111)],
      [
        { what: 'late', instance: 0, people: [2, 3] },
        { what: 'registered', webinar: 0, person: 2 },
        { what: 'renamed', webinar: 1, topic: 4 },
        { what: 'promoted', webinar: 1, person: 0 },
        { what: 'moved_user', person: 3 },
      ],
    ]
    expect(await liveAndCompare(days, false)).toEqual(['full', 'increment', 'increment', 'increment'])
  })
})

/** That two e-mails are one person's, as `rollcall correct` would keep it. */
function oneBy(line: number, one: string, other: string): Correction {
  const targets = [one, other].map((key) => ({ kind: 'email' as const, key, instance_uuid: null }))
  const [left, right] = targets as [(typeof targets)[0], (typeof targets)[0]]
  const effects = targets.map((target) => ({ ...target, action: 'join' as const, cluster: `email:${one}` }))
  const said = { line, decision: 'one' as const, one, other, why: null }
  return { ...said, one_is: [left], other_is: [right], effects }
}

describe('a catalog that is built day by day with decisions and links by likeness', () => {
  it('is the one that a build of everything gives', { timeout: 300_000 }, async () => {
    const days: Happening[][] = [
      [
        { what: 'registered', webinar: 0, person: 1 },
        held(0, [0, 1, 2], 0b0111),
        held(1, [2, 3, 4], 0b111),
        { what: 'returned', instance: 0, row: 1 },
      ],
      [held(2, [1, 4], 0b11)],
      [held(0, [1, 3, 4], 0b101), { what: 'returned', instance: 1, row: 2 }],
      [
        { what: 'returned', instance: 3, row: 0 },
        { what: 'late', instance: 2, people: [3] },
      ],
    ]
    const decisions = new Map([[1, [oneBy(2, 'p1@x.org', 'p4@x.org')]]])
    expect(await liveAndCompare(days, true, decisions)).toEqual(['full', 'full', 'increment', 'increment'])
  })
})

describe('a warehouse that is loaded day by day', () => {
  it('is the one that a build and load of everything gives', { timeout: 300_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-history-'))
    const [daily, whole] = [await createTestDatabase(), await createTestDatabase()]
    try {
      const account = new LivingAccount()
      const world = new HistoryWorld(folder)
      const loaded = (databaseUrl: string) =>
        load({
          catalogPath: join(folder, 'rollcall.duckdb'),
          databaseUrl,
          run: {
            id: 'run',
            kind: 'sync',
            account_id: 'ACC',
            started_at: new Date('2026-06-01T00:00:00Z'),
            software_version: 'test',
          },
          tempDir: join(folder, 'load'),
        })
      for (const happenings of [
        [held(0, [0, 1, 2], 0b1), held(1, [0, 1, 3], 0b10), held(2, [4], 1)],
        [held(3, [0, 3, 1], 0b11111)],
        [{ what: 'late', instance: 0, people: [5] }] satisfies Happening[],
      ]) {
        await world.addRun(account.live(happenings))
        await transform({ dataDir: folder, threads: 1 })
        await loaded(daily.url)
      }
      expect((await loaded(daily.url)).unitsChanged).toBe(0)
      const hash = await contentHash(daily.url)
      // Another lineage: everything is compared, and nothing but buckets of persons has to be written.
      await transform({ dataDir: folder, isFull: true, threads: 1 })
      const again = await loaded(daily.url)
      const { zoom_people, zoom_person_aliases, ...others } = again.tables
      expect(Object.values(others).filter((table) => table.unitsChanged > 0)).toEqual([])
      expect(zoom_people?.rowsWritten).toBe(zoom_people?.rowsDeleted)
      expect(await contentHash(daily.url)).toBe(hash)
      await loaded(whole.url)
      expect(await contentHash(whole.url)).toBe(hash)
    } finally {
      await daily.drop()
      await whole.drop()
      await rm(folder, { recursive: true, force: true })
    }
  })
})

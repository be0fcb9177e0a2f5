import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importReports } from '../../extract/importReports.ts'
import { contentHash } from '../../load/contentHash.ts'
import { type LoadSummary, load } from '../../load/load.ts'
import { queryCatalog } from '../../pipelines/catalog.ts'
import { transform } from '../../transform/transform.ts'
import { isFull } from '../chaos/scope.ts'
import { createTestDatabase } from '../postgres/testDatabase.ts'
import { type Decided, takeDecisions } from './decided.ts'
import { HistoryWorld } from './historyWorld.ts'
import { type ExportedReport, type Happening, LivingAccount } from './livingAccount.ts'
import { tableDifferences } from './sameTables.ts'

const few = fc.array(fc.nat(5), { minLength: 1, maxLength: 5 })
const isWithoutAccount = fc.constantFrom(false, false, false, false, true)
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('held' as const),
      webinar: fc.nat(3),
      people: few,
      keys: fc.nat(255),
    }),
  },
  fc.record({ what: fc.constant('late' as const), instance: fc.nat(5), people: few }),
  fc.record({ what: fc.constant('registered' as const), webinar: fc.nat(3), person: fc.nat(5) }),
  fc.record({ what: fc.constant('denied' as const), webinar: fc.nat(3) }),
  fc.record({ what: fc.constant('renamed' as const), webinar: fc.nat(3), topic: fc.nat(3) }),
  fc.record({ what: fc.constant('promoted' as const), webinar: fc.nat(3), person: fc.nat(5) }),
  fc.record({ what: fc.constant('polled' as const), instance: fc.nat(5), person: fc.nat(5) }),
  fc.record({ what: fc.constant('moved_user' as const), person: fc.nat(5) }),
  fc.record({ what: fc.constant('returned' as const), instance: fc.nat(5), row: fc.nat(5) }),
  fc.record({ what: fc.constant('exported' as const), instance: fc.nat(5), people: few, isWithoutAccount }),
  fc.record({ what: fc.constant('dug_out' as const), instance: fc.nat(5), people: few, isWithoutAccount }),
  fc.record({ what: fc.constant('unread' as const) }),
  fc.record({ what: fc.constant('nothing' as const) }),
)

const key = fc.oneof(
  fc.nat(5).map((person) => `p${person}@x.org`),
  fc.nat(5).map((person) => `user:U${person}`),
  fc.tuple(fc.nat(3), fc.nat(5)).map(([webinar, person]) => `registrant:r${webinar}-${person}`),
)
const row = fc.tuple(fc.nat(3), fc.nat(4)).map(([instance, index]) => `row:uuid${instance}==#${1000 + index}`)
const decided: fc.Arbitrary<Decided> = fc.oneof(
  fc.record({ decision: fc.constant('one' as const), one: key, other: fc.oneof(key, row) }),
  fc.record({ decision: fc.constant('not one' as const), one: fc.oneof(key, row), other: fc.constant(null) }),
  fc.record({ decision: fc.constant('not one' as const), one: key, other: row }),
)

/** A day: what happens, and the file of decisions that somebody gives then; null where nobody does. */
interface LivedDay {
  happenings: readonly Happening[]
  decisions: readonly Decided[] | null
}
const seldom = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, arbitrary)
const happenings = fc.array(happening, { minLength: 0, maxLength: 4 })
const decisions = fc.array(decided, { maxLength: 3 })
/** Decisions mostly come first: a day with other decisions builds everything, and the days after it do not. */
const history: fc.Arbitrary<LivedDay[]> = fc
  .tuple(
    fc.record({ happenings, decisions }),
    fc.array(fc.record({ happenings, decisions: seldom(decisions) }), {
      minLength: 1,
      maxLength: isFull ? 3 : 1,
    }),
  )
  .map(([first, later]) => [first, ...later])

/** Brings a day's reports in, an hour after the API was read. */
async function importAll(dataDir: string, day: number, reports: readonly ExportedReport[]): Promise<void> {
  for (const [index, { csv, isWithoutAccount }] of reports.entries()) {
    const file = join(dataDir, `report-${index}.csv`)
    await writeFile(file, csv)
    const accountId = isWithoutAccount ? 'local' : 'ACC'
    const clock = () => Date.UTC(2026, 4, 2 + day, 4, index)
    await importReports({ dataDir, accountId, files: [file], timezone: 'UTC' }, { clock })
  }
}

/** What is looked at while a history is lived, and how long it takes. */
interface Looks {
  daysApart?: number
  /** At each day, once it is built. */
  atDay?(dataDir: string): Promise<unknown>
  /** At the end, beside the data folder in which everything was built at once. */
  atEnd?(dataDir: string, whole: string): Promise<void>
}

/**
 * Lives a history day by day, building what is new, and compares the end (or every day on which not everything was
 * built anyway) with a build of everything.
 */
async function liveAndCompare(
  days: readonly LivedDay[],
  isEachDay: boolean,
  { daysApart, atDay, atEnd }: Looks = {},
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-history-'))
  const dataDir = join(folder, 'daily')
  const whole = join(folder, 'whole')
  try {
    await mkdir(join(dataDir, 'raw'), { recursive: true })
    await mkdir(whole)
    await symlink(join(dataDir, 'raw'), join(whole, 'raw'))
    const account = new LivingAccount(daysApart)
    const world = new HistoryWorld(dataDir, daysApart)
    const kinds: string[] = []
    let isUndoubted = true
    for (const [index, { happenings, decisions }] of days.entries()) {
      await world.addRun(account.live(happenings))
      await importAll(dataDir, index, account.exported)
      const isDecided = decisions !== null && (await takeDecisions([dataDir, whole], decisions))
      const { kind, reason, catalogPath } = await transform({ dataDir, threads: 1 })
      kinds.push(kind)
      if (account.exported.some(({ isWithoutAccount }) => isWithoutAccount)) isUndoubted = false
      if (index > 0 && isDecided) expect(reason).toBe('models or settings are others')
      else if (index > 0 && isUndoubted) expect(reason).toBe(null)
      await atDay?.(dataDir)
      if (index < days.length - 1 && (!isEachDay || kind === 'full')) continue
      // In one go, and each webinar for itself.
      for (const batchRows of index < days.length - 1 ? [1] : [undefined, 1]) {
        const full = await transform({ dataDir: whole, isFull: true, threads: 1, batchRows })
        expect(await tableDifferences(catalogPath, full.catalogPath)).toEqual({})
      }
    }
    await atEnd?.(dataDir, whole)
    return kinds
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Publishes the catalog of a data folder. */
function loaded(dataDir: string, databaseUrl: string): Promise<LoadSummary> {
  return load({
    catalogPath: join(dataDir, 'rollcall.duckdb'),
    databaseUrl,
    run: {
      id: 'run',
      kind: 'sync',
      account_id: 'ACC',
      started_at: new Date('2026-06-01T00:00:00Z'),
      software_version: 'test',
    },
    tempDir: join(dataDir, 'load'),
  })
}

const calm = (happenings: readonly Happening[]): LivedDay => ({ happenings, decisions: null })

const held = (webinar: number, people: number[], keys: number): Happening => ({
  what: 'held',
  webinar,
  people,
  keys,
})

describe('a catalog that is built day by day', () => {
  it('is the one that a build of everything gives, whatever happened', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(history, async (days) => {
        await liveAndCompare(days, isFull)
      }),
      { numRuns: isFull ? 40 : 1, endOnFailure: !isFull },
    )
  })

  it('stays so through late rows, registrations, names, panelists, users and merged persons, and its warehouse too', {
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
    const [daily, atOnce] = [await createTestDatabase(), await createTestDatabase()]
    const kinds = await liveAndCompare(days.map(calm), false, {
      atDay: (dataDir) => loaded(dataDir, daily.url),
      async atEnd(dataDir, whole) {
        expect((await loaded(dataDir, daily.url)).unitsChanged).toBe(0)
        const hash = await contentHash(daily.url)
        // Another lineage: everything is compared, and nothing but buckets of persons has to be written.
        await copyFile(join(whole, 'rollcall.duckdb'), join(dataDir, 'rollcall.duckdb'))
        const again = await loaded(dataDir, daily.url)
        const { zoom_people, zoom_person_aliases, ...others } = again.tables
        expect(Object.values(others).filter((table) => table.unitsChanged > 0)).toEqual([])
        expect(zoom_people?.rowsWritten).toBe(zoom_people?.rowsDeleted)
        expect(await contentHash(daily.url)).toBe(hash)
        await loaded(dataDir, atOnce.url)
        expect(await contentHash(atOnce.url)).toBe(hash)
      },
    })
    expect(kinds).toEqual(['full', 'increment', 'increment', 'increment'])
  })
})

describe('a catalog that is built over years', () => {
  it('is the one that a build of everything gives, also of what was listed long ago', {
    timeout: 300_000,
  }, async () => {
    const days: Happening[][] = [
      [held(0, [0, 1, 2], 0b0001), held(1, [0, 1, 3], 0b10)],
      [held(0, [1, 4], 0b1), held(2, [0, 3], 0b1)],
      [{ what: 'renamed', webinar: 2, topic: 4 }],
      // Seven months after the first list, of which one row is about this webinar.
      [{ what: 'late', instance: 1, people: [2, 4] }],
      [held(0, [0, 5], 0b11)],
    ]
    expect(await liveAndCompare(days.map(calm), true, { daysApart: 80 })).toEqual([
      'full',
      ...['increment', 'increment', 'increment', 'increment'],
    ])
  })
})

describe('a catalog that is built day by day with decisions, reports of the portal and links by likeness', () => {
  it('is the one that a build of everything gives', { timeout: 300_000 }, async () => {
    const decisions: Decided[] = [{ decision: 'one', one: 'p1@x.org', other: 'p4@x.org' }]
    const days: LivedDay[] = [
      calm([
        { what: 'registered', webinar: 0, person: 1 },
        held(0, [0, 1, 2], 0b0111),
        held(1, [2, 3, 4], 0b111),
        { what: 'returned', instance: 0, row: 1 },
      ]),
      {
        happenings: [
          held(2, [1, 4], 0b11),
          { what: 'dug_out', instance: 7, people: [2, 4, 0, 1], isWithoutAccount: false },
        ],
        decisions,
      },
      calm([held(0, [1, 3, 4], 0b101), { what: 'returned', instance: 1, row: 2 }]),
      calm([
        { what: 'returned', instance: 3, row: 1 },
        { what: 'late', instance: 2, people: [3] },
        { what: 'exported', instance: 2, people: [5], isWithoutAccount: false },
        // The same report with another name in it: its heading says what it said before.
        { what: 'dug_out', instance: 7, people: [3, 4, 0, 1], isWithoutAccount: false },
      ]),
    ]
    const atEnd = async (dataDir: string) => {
      const { rows } = await queryCatalog(
        dataDir,
        `select i.zoom_uuid as instance, p.participant_name as name, p.connection_count::int as rows,
           p.identity_method = 'correction' as is_decided
         from marts.zoom_participants as p
         join marts.zoom_webinar_instances as i on i.id = p.instance_id
         where p.connection_count > 1 order by 1, 2`,
      )
      expect(rows).toEqual([
        { instance: 'csv:91000000003:2026-04-08T10:00', name: 'Eve Stone', rows: 2, is_decided: true },
        // Those who came back have no key and another name: nothing but likeness makes one of their two rows.
        { instance: 'uuid0==', name: 'Bo Chen', rows: 2, is_decided: false },
        { instance: 'uuid1==', name: 'Eve Stone', rows: 2, is_decided: false },
        { instance: 'uuid2==', name: 'Bo Chen', rows: 2, is_decided: true },
        { instance: 'uuid3==', name: 'Bo Chen', rows: 2, is_decided: true },
        { instance: 'uuid3==', name: 'Dee Kim', rows: 2, is_decided: false },
      ])
    }
    const kinds = await liveAndCompare(days, true, { atEnd })
    expect(kinds).toEqual(['full', 'full', 'increment', 'increment'])
  })
})

import { describe, expect, it } from 'vitest'
import type { DatabaseFacts } from '../../../load/inspect.ts'
import { checkDatabase } from '../../../pipelines/doctor/database.ts'
import { checkDiskSpace } from '../../../pipelines/doctor/dataFolder.ts'
import type { FolderFacts } from '../../../pipelines/doctor/folder.ts'
import { findReach } from '../../../pipelines/doctor/reach.ts'

/* Goal: the verdicts on states that a test cannot bring about for real. Method: facts by hand. */

describe('how far back the account history reaches', () => {
  const nowMs = Date.parse('2026-08-31T15:00:00Z')

  it.each([
    ['2026-02-28', 2],
    ['2026-02-27', 12],
    ['2026-08-30', 12],
    ['2025-06-02', 12],
    ['2025-05-31', 3],
    ['2024-01-01', 3],
  ])('is found to the day where it is %s, in %i questions at most', async (earliest, questions_max) => {
    let questions = 0
    const reach = await findReach(nowMs, async (day) => {
      questions += 1
      return day >= earliest
    })
    // Beyond fifteen months nothing is asked.
    expect(reach).toBe(earliest < '2025-05-31' ? '2025-05-31' : earliest)
    expect(questions).toBeLessThanOrEqual(questions_max)
  })

  it('is nothing where not even today is accepted', async () => {
    expect(await findReach(nowMs, async () => false)).toBeNull()
  })
})

describe('the disk', () => {
  const facts = (free_bytes: number, catalog: number, warehouse: number): FolderFacts => ({
    dataDir: '/data',
    state: 'folder',
    isWritable: true,
    nearest: '/data',
    holder: null,
    free_bytes,
    sizes_bytes: { raw: catalog / 4, journal: 0, catalog, warehouse },
  })

  it.each([
    [10e9, 300e6, 1e9, 'ok'],
    [1e9, 300e6, 1e9, 'warning'],
    [500e6, 300e6, 1e9, 'problem'],
    [10e9, 0, 0, 'ok'],
    [3e9, 0, 0, 'warning'],
    [100e6, 0, 0, 'problem'],
  ])(
    'with %d bytes free beside a catalog of %d and a warehouse of %d is %s',
    (free, catalog, warehouse, verdict) => {
      const finding = checkDiskSpace(facts(free, catalog, warehouse))
      expect(finding.verdict).toBe(verdict)
      expect(finding.found).toMatch(/^[\d.]+ [MG]B free; the next sync needs (about|up to) [\d.]+ [MG]B$/)
    },
  )
})

describe('the database', () => {
  const good: DatabaseFacts = {
    versionNumber: 170004,
    version: '17.4',
    user: 'loader',
    database: 'attendance',
    isReadOnly: false,
    canCreate: true,
    foreignTables: [],
    migrations: { applied: ['2026-01-01-a'], known: ['2026-01-01-a', '2026-02-01-b'] },
    size_bytes: 5e6,
  }

  it.each([
    ['older than 13', { versionNumber: 120020, version: '12.20' }],
    ['only for reading', { isReadOnly: true }],
    ['without the right to create', { canCreate: false }],
    ['with tables of another role', { foreignTables: ['zoom_people'] }],
  ])('is a problem when it is %s, with what to do', (_, more) => {
    const [server] = checkDatabase({ ...good, ...more })
    expect(server).toMatchObject({ verdict: 'problem', remedy: expect.stringMatching(/\w{4}/) })
  })

  it('with pending migrations is fine: the next load applies them', () => {
    const [server, schema] = checkDatabase(good)
    expect(server?.verdict).toBe('ok')
    expect(schema).toMatchObject({ verdict: 'ok', details: ['2026-02-01-b'] })
  })
})

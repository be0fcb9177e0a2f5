import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { contentHash } from '../../load/contentHash.ts'
import { publishedTables } from '../../load/tables.ts'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'
import { participant, uuid, writeCatalog } from './catalog.ts'
import { createSmallWarehouse, loadMarts, row, scratchFolder, smallAccount } from './loading.ts'

describe('load', () => {
  it('writes every row of every mart and one row about the run', async () => {
    const { url } = await createTestDatabase()
    const marts = smallAccount()
    const summary = await loadMarts(url, marts)
    for (const { name } of publishedTables) {
      const [count] = await query<{ count: string }>(url, `select count(*) from ${name}`)
      expect(Number(count?.count), name).toBe(marts[name]?.length)
      expect(summary.tables[name]?.rowsWritten, name).toBe(marts[name]?.length)
    }
    expect(summary.rowsDeleted).toBe(0)
    const runs = await query(url, 'select * from rollcall_runs')
    expect(runs).toEqual([
      {
        id: '20260505T010000000Z-acc',
        kind: 'sync',
        account_id: 'acc',
        started_at: new Date('2026-05-05T01:00:00Z'),
        finished_at: expect.any(Date),
        status: 'incomplete',
        instances: 3,
        rows_captured: '9',
        participants: 4,
        units_changed: summary.unitsChanged,
        software_version: '0.0.0-test',
      },
    ])
  })

  it('creates tables and views in a database that has none, in the schema that was asked for', async () => {
    const { url } = await createTestDatabase('empty')
    await loadMarts(url, smallAccount(), { schema: 'zoom' })
    const [counts] = await query(
      url,
      `select (select count(*) from zoom.zoom_participants)::int as participants,
              (select count(*) from zoom.webinar_attendance_analytics)::int as webinars,
              to_regclass('public.zoom_participants') as elsewhere`,
    )
    expect(counts).toEqual({ participants: 4, webinars: 2, elsewhere: null })
    expect(await contentHash(url, 'zoom')).toMatch(/^[0-9a-f]{32}$/)
  })

  it('writes nothing but the row of the run when it is repeated', async () => {
    const url = await createSmallWarehouse()
    const before = await contentHash(url)
    const rowVersions = async () =>
      await query(
        url,
        'select xmin::text, id::text from zoom_participants union all select xmin::text, unit from rollcall_units order by 2, 1',
      )
    const versions = await rowVersions()
    const again = await loadMarts(url, smallAccount())
    expect(again).toMatchObject({ unitsChanged: 0, rowsWritten: 0, rowsDeleted: 0 })
    expect(await contentHash(url)).toBe(before)
    expect(await rowVersions()).toEqual(versions)
    expect(await query(url, 'select units_changed from rollcall_runs')).toEqual([{ units_changed: 0 }])
  })

  it('does not depend on the order of the rows in the catalog', async () => {
    const { url } = await createTestDatabase()
    const first = smallAccount()
    await loadMarts(url, first)
    const reversed = Object.fromEntries(
      Object.entries(smallAccount()).map(([name, rows]) => [name, rows.toReversed()]),
    )
    expect(await loadMarts(url, reversed)).toMatchObject({ rowsWritten: 0, rowsDeleted: 0 })
  })

  it('replaces only the rows that changed', async () => {
    const url = await createSmallWarehouse()
    const others = `select xmin::text, id::text from zoom_participants where id <> '${uuid('bob-1')}' order by id`
    const untouched = await query(url, others)
    const marts = smallAccount()
    row(marts, 'zoom_participants', 'bob-1').total_duration = 601
    const summary = await loadMarts(url, marts)
    expect(summary.unitsChanged).toBe(1)
    expect(summary.tables.zoom_participants).toEqual({ unitsChanged: 1, rowsWritten: 1, rowsDeleted: 1 })
    expect(summary.tables.zoom_participant_sessions).toEqual({
      unitsChanged: 0,
      rowsWritten: 0,
      rowsDeleted: 0,
    })
    expect(await query(url, others)).toEqual(untouched)
    expect(
      await query(url, `select total_duration from zoom_participants where id = '${uuid('bob-1')}'`),
    ).toEqual([{ total_duration: 601 }])
  })

  it('removes an instance that is no longer in the catalog, with everything that belongs to it', async () => {
    const url = await createSmallWarehouse()
    const marts = Object.fromEntries(
      Object.entries(smallAccount()).map(([name, rows]) => [
        name,
        rows.filter((each) => each.instance_id !== uuid('inst-1') && each.id !== uuid('inst-1')),
      ]),
    )
    const summary = await loadMarts(url, marts)
    expect(summary.tables.zoom_participants).toEqual({ unitsChanged: 1, rowsWritten: 0, rowsDeleted: 2 })
    const left = await query(
      url,
      `select (select count(*) from zoom_participants where instance_id = $1)
            + (select count(*) from zoom_participant_sessions where instance_id = $1)
            + (select count(*) from zoom_instance_timeline where instance_id = $1)
            + (select count(*) from zoom_instance_dropoff where instance_id = $1)
            + (select count(*) from zoom_poll_answers where instance_id = $1)
            + (select count(*) from zoom_webinar_instances where id = $1)
            + (select count(*) from zoom_capture_audit where instance_id = $1)
            + (select count(*) from rollcall_units where unit = $1::text) as count`,
      [uuid('inst-1')],
    )
    expect(left).toEqual([{ count: '0' }])
    const { url: fresh } = await createTestDatabase()
    await loadMarts(fresh, marts)
    expect(await contentHash(url)).toBe(await contentHash(fresh))
  })

  it('replaces a person while participants, registrations and aliases point to it', async () => {
    const url = await createSmallWarehouse()
    const marts = smallAccount()
    row(marts, 'zoom_people', 'ann').display_name = 'Ann Other'
    const summary = await loadMarts(url, marts)
    expect(summary.tables.zoom_people).toMatchObject({ unitsChanged: 1 })
    expect(summary.tables.zoom_participants).toMatchObject({ rowsWritten: 0, rowsDeleted: 0 })
    const names = await query(
      url,
      'select distinct display_name from zoom_people join zoom_participants on person_id = zoom_people.id order by 1',
    )
    expect(names.map((each) => each.display_name)).toEqual(['Ann Other', 'bob', 'cy'])
  })

  it('ends in the same warehouse whatever states it went through', async () => {
    const { url } = await createTestDatabase()
    const { url: fresh } = await createTestDatabase()
    const later = smallAccount()
    later.zoom_participants?.push(participant('bob-2', 'inst-2', 'web-a', 'bob'))
    row(later, 'zoom_webinars', 'web-a').topic = 'New topic'
    await loadMarts(url, { ...smallAccount(), zoom_questions: [] })
    await loadMarts(url, smallAccount())
    await loadMarts(url, later)
    await loadMarts(fresh, later)
    expect(await contentHash(url)).toBe(await contentHash(fresh))
  })

  it('publishes a later capture time, which is no change of content', async () => {
    const url = await createSmallWarehouse()
    const before = await contentHash(url)
    const marts = smallAccount()
    for (const each of marts.zoom_capture_audit ?? []) each.captured_at = '2026-06-01 00:00:00+00'
    expect((await loadMarts(url, marts)).tables.zoom_capture_audit).toMatchObject({
      rowsWritten: 4,
      rowsDeleted: 4,
    })
    expect(await contentHash(url)).toBe(before)
    row(marts, 'zoom_people', 'ann').display_name = 'Ann Other'
    await loadMarts(url, marts)
    expect(await contentHash(url)).not.toBe(before)
  })

  it('looks through a whole table when somebody else added or removed rows', async () => {
    const url = await createSmallWarehouse()
    const before = await contentHash(url)
    await query(url, 'delete from zoom_participant_sessions where session_number = 1')
    await query(url, `insert into zoom_person_aliases values (gen_random_uuid(), '${uuid('bob')}')`)
    expect(await contentHash(url)).not.toBe(before)
    const summary = await loadMarts(url, smallAccount())
    expect(summary.tables.zoom_participant_sessions).toMatchObject({ rowsDeleted: 0, rowsWritten: 4 })
    expect(summary.tables.zoom_person_aliases).toMatchObject({ rowsDeleted: 1, rowsWritten: 0 })
    expect(await contentHash(url)).toBe(before)
  })

  it('publishes an account in which nothing happened yet', async () => {
    const { url } = await createTestDatabase()
    expect(await loadMarts(url, {})).toMatchObject({ unitsChanged: 0, rowsWritten: 0, rowsDeleted: 0 })
    expect(await query(url, 'select status, instances, rows_captured from rollcall_runs')).toEqual([
      { status: 'complete', instances: 0, rows_captured: '0' },
    ])
  })

  it('says how to build a catalog that is not there, and leaves the database alone', async () => {
    const { url } = await createTestDatabase()
    const catalogPath = `${await scratchFolder()}/rollcall.duckdb`
    await expect(loadMarts(url, {}, { catalogPath, schema: 'elsewhere' })).rejects.toThrow(
      /There is no catalog at .*rollcall transform/s,
    )
    expect(await query(url, `select to_regnamespace('elsewhere') as schema`)).toEqual([{ schema: null }])
  })

  it('refuses marts whose columns are not those of the warehouse, and names them', async () => {
    const { url } = await createTestDatabase()
    const prepare = [
      'alter table marts.zoom_people drop column display_name',
      'alter table marts.zoom_people add column mood varchar',
    ]
    await expect(loadMarts(url, smallAccount(), { prepare })).rejects.toThrow(
      /marts\.zoom_people .*missing display_name; unknown to the warehouse mood/,
    )
    await expect(loadMarts(url, {}, { prepare: ['drop table marts.zoom_questions'] })).rejects.toThrow(
      /has no marts\.zoom_questions/,
    )
  })

  it('reads a catalog that somebody else is reading', async () => {
    const { DuckDBInstance } = await import('@duckdb/node-api')
    const { url } = await createTestDatabase()
    const catalogPath = await writeCatalog(smallAccount())
    onTestFinished(() => rm(dirname(catalogPath), { recursive: true }))
    const reader = await DuckDBInstance.create(catalogPath, { access_mode: 'READ_ONLY' })
    const connection = await reader.connect()
    const count = async () =>
      (await connection.runAndReadAll('select count(*)::int from marts.zoom_people')).getRows()
    expect(await count()).toEqual([[3]])
    expect(await loadMarts(url, {}, { catalogPath })).toMatchObject({ rowsDeleted: 0 })
    expect(await count()).toEqual([[3]])
    connection.closeSync()
    reader.closeSync()
  })
})

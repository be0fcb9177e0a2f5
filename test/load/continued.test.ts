import { describe, expect, it } from 'vitest'
import { contentHash } from '../../load/contentHash.ts'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'
import { type Marts, person, uuid } from './catalog.ts'
import { loadMarts, row, smallAccount } from './loading.ts'

type Changed = [kind: 'person' | 'alias' | 'gone person' | 'gone alias', word: string, version?: number]

/** Makes a catalog say which state it is, and which persons and aliases came to be what they are in it. */
function stateOf(version: number, changed: readonly Changed[] = []): string[] {
  const rows = changed.map(([kind, word, since = version]) => `(${since}, '${kind}', '${uuid(word)}')`)
  return [
    `create schema builds;
     create table builds.state as select 'here' as lineage, ${version}::bigint as version;
     create table builds.changes (version bigint, kind varchar, unit varchar)`,
    ...(rows.length === 0 ? [] : [`insert into builds.changes values ${rows.join(', ')}`]),
  ]
}

/** The warehouse of a first state, and marts to go on from. */
async function begun(): Promise<{ url: string; marts: Marts }> {
  const { url } = await createTestDatabase()
  const marts = smallAccount()
  marts.zoom_people?.push(person('zed'))
  await loadMarts(url, marts, { prepare: stateOf(1) })
  return { url, marts }
}

async function hashOfWhole(marts: Marts): Promise<string> {
  const { url } = await createTestDatabase()
  await loadMarts(url, marts)
  return await contentHash(url)
}

describe('a load that goes on from the state the warehouse has', () => {
  it('finds persons and aliases wherever they are in the catalog, and those that are gone', async () => {
    const { url, marts } = await begun()
    // Not where a build puts rows it changes, which is the end.
    row(marts, 'zoom_people', 'ann').display_name = 'Ann Other'
    marts.zoom_people = (marts.zoom_people ?? []).filter(({ id }) => id !== uuid('zed'))
    marts.zoom_person_aliases?.push({ alias_id: uuid('zed'), person_id: uuid('bob') })
    const prepare = stateOf(2, [
      ['person', 'ann'],
      ['person', 'zed'],
      ['alias', 'zed'],
    ])
    const { tables } = await loadMarts(url, marts, { prepare })
    expect(tables.zoom_people).toMatchObject({ unitsChanged: 2, rowsWritten: 1, rowsDeleted: 2 })
    expect(tables.zoom_person_aliases).toMatchObject({ unitsChanged: 1, rowsWritten: 1, rowsDeleted: 0 })
    expect(tables.zoom_participants).toMatchObject({ unitsChanged: 0, rowsWritten: 0, rowsDeleted: 0 })
    expect(await contentHash(url)).toBe(await hashOfWhole(marts))
    expect(await query(url, 'select version::int from rollcall_publication')).toEqual([{ version: 2 }])
  })

  it('removes what the last of several builds says is gone, and keeps what came back', async () => {
    const { url, marts } = await begun()
    row(marts, 'zoom_people', 'ann').display_name = 'Ann Other'
    marts.zoom_people = (marts.zoom_people ?? []).filter(({ id }) => id !== uuid('zed'))
    const prepare = stateOf(3, [
      ['gone person', 'ann', 2],
      ['person', 'ann', 3],
      ['person', 'zed', 2],
      ['gone person', 'zed', 3],
      ['gone alias', 'zed', 3],
    ])
    const { tables } = await loadMarts(url, marts, { prepare })
    expect(tables.zoom_people).toMatchObject({ unitsChanged: 2, rowsWritten: 1, rowsDeleted: 2 })
    expect(tables.zoom_person_aliases).toMatchObject({ unitsChanged: 1, rowsWritten: 0, rowsDeleted: 0 })
    expect(await contentHash(url)).toBe(await hashOfWhole(marts))
  })

  it('believes the catalog about what did not change', async () => {
    const { url, marts } = await begun()
    row(marts, 'zoom_people', 'ann').display_name = 'Ann Other'
    row(marts, 'zoom_people', 'bob').display_name = 'Bob Other'
    await loadMarts(url, marts, { prepare: stateOf(2, [['person', 'bob']]) })
    expect(await query(url, `select display_name from zoom_people where display_name like '%Other'`)).toEqual(
      [{ display_name: 'Bob Other' }],
    )
  })

  it('compares everything row by row where the catalog then was built as a whole', async () => {
    const { url, marts } = await begun()
    row(marts, 'zoom_people', 'ann').display_name = 'Ann Other'
    await loadMarts(url, marts, { prepare: stateOf(2, [['person', 'ann']]) })
    row(marts, 'zoom_people', 'bob').display_name = 'Bob Other'
    marts.zoom_people = (marts.zoom_people ?? []).filter(({ id }) => id !== uuid('zed'))
    const { tables } = await loadMarts(url, marts)
    expect(tables.zoom_people).toMatchObject({ rowsWritten: 1, rowsDeleted: 2 })
    expect(await contentHash(url)).toBe(await hashOfWhole(marts))
    const again = await loadMarts(url, marts)
    expect(again).toMatchObject({ unitsChanged: 0, rowsWritten: 0, rowsDeleted: 0 })
  })

  it('touches no index for what another instance changes about a person', async () => {
    const { url, marts } = await begun()
    const ann = row(marts, 'zoom_people', 'ann')
    Object.assign(ann, { last_seen_at: '2026-08-01T12:00:00Z', instances_attended: 9, webinars_attended: 8 })
    ann.total_duration = 99_999
    const reset = `select pg_stat_reset_single_table_counters('zoom_people'::regclass)`
    await query(url, reset)
    await loadMarts(url, marts, { prepare: stateOf(2, [['person', 'ann']]) })
    const counts = `select n_tup_upd::int as updated, n_tup_hot_upd::int as beside from pg_stat_user_tables where relname = 'zoom_people'`
    // The server adds up what a connection did after it has ended.
    await expect.poll(() => query(url, counts)).toEqual([{ updated: 1, beside: 1 }])
  })
})

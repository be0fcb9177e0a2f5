import type { Engine } from './engine.ts'
import { claimed, identified } from './persons.ts'
import { deleteWhere } from './pruned.ts'

/*
 * Puts what a scope says about keys and persons in the place of what the catalog has. They are all over its tables and
 * most of them say what they said before, so here rows are compared, and only those that differ are replaced: where
 * rows are deleted, what is around them has to be written again.
 */

/** As `mergeScope`, of the tables about keys and persons. Leaves the temporary table `changed_rows` (kind, id). */
export async function mergePersons(engine: Engine): Promise<void> {
  // What is claimed outside of the scope stands there already.
  const claims = `(select * from scratch.${claimed} semi join touched_units using (unit))`
  await replaceDiffering(engine, claimed, 'claims_before', claims, ['holder_id', 'head_id', 'key_id', 'unit'])
  const keys = `scratch.${identified}`
  await replaceDiffering(engine, identified, 'known_keys', keys, [
    'key_id',
    'run_ms',
    'event_ms',
    'person_id',
  ])
  await movePersons(engine)
  await mergePeople(engine)
}

/**
 * Replaces the rows that do not say what they said before.
 * @param before the rows that the catalog has of what the scope says; `row` is their rowid
 * @param said the columns that tell
 */
async function replaceDiffering(
  engine: Engine,
  table: string,
  before: string,
  now: string,
  said: readonly string[],
): Promise<void> {
  const isSame = said.map((column) => `one.${column} is not distinct from other.${column}`).join(' and ')
  await engine.run(
    `delete from rollcall.${table}
     where rowid in (select one.row from ${before} as one anti join ${now} as other on ${isSame})`,
  )
  await engine.run(
    `insert into rollcall.${table} by name
     select one.* from ${now} as one anti join ${before} as other on ${isSame}`,
  )
}

/** Most people of a webinar are as they were: only those who are not are replaced here, and later in the warehouse. */
async function mergePeople(engine: Engine): Promise<void> {
  // As the model says it, of keys that are at hand: to find them among all aliases would take longer.
  await engine.run(
    `create temp table aliases_before as
     select key_id as alias_id, person_id
     from known_keys
     where key_id <> person_id and kind <> 'correction'`,
  )
  await engine.run('create temp table changed_rows (kind varchar, id uuid)')
  for (const { kind, mart, before, key, deleteStale } of [
    {
      kind: 'person',
      mart: 'marts.zoom_people',
      before: '(select * exclude (row) from people_before)',
      key: 'id',
      deleteStale: `
        delete from rollcall.marts.zoom_people
        where rowid in (select before.row from people_before as before semi join people_stale using (id))`,
    },
    {
      kind: 'alias',
      mart: 'marts.zoom_person_aliases',
      before: 'aliases_before',
      key: 'alias_id',
      deleteStale: deleteWhere('rollcall.marts.zoom_person_aliases', 'alias_id', 'people_stale'),
    },
  ]) {
    await engine.run(
      `create or replace temp table people_stale as from ${before} except select * from scratch.${mart}`,
    )
    await engine.run(
      `create or replace temp table people_fresh as from scratch.${mart} except select * from ${before}`,
    )
    // A load need not look for what is gone.
    await engine.run(
      `insert into changed_rows
       select '${kind}', ${key} from people_fresh
       union
       select 'gone ${kind}', ${key} from people_stale anti join people_fresh using (${key})`,
    )
    const [stale] = await engine.rows('select 1 from people_stale limit 1')
    if (stale !== undefined) await engine.run(deleteStale)
    await engine.run(`insert into rollcall.${mart} by name select * from people_fresh`)
  }
}

/**
 * Rows outside of the scope whose person is another one now, and the counts of persons that follow. They are deleted
 * and come again: of an updated column all rows around a changed one have to be written.
 */
async function movePersons(engine: Engine): Promise<void> {
  const [moved] = await engine.rows('select 1 from moved_rows limit 1')
  if (moved === undefined) return
  const tables = { p: 'marts.zoom_participants', r: 'marts.zoom_registrants' }
  for (const holder of ['p', 'r'] as const) {
    const table = tables[holder]
    await engine.run(
      `create or replace temp table moving_rows as
       select known.* replace (moved.person_id as person_id)
       from rollcall.${table} as known
       inner join moved_rows as moved on moved.holder = '${holder}' and moved.row = known.rowid`,
    )
    await engine.run(
      `delete from rollcall.${table}
       where rowid in (select moved.row from moved_rows as moved where moved.holder = '${holder}')`,
    )
    await engine.run(`insert into rollcall.${table} by name select * from moving_rows`)
  }
  // All rows of these persons are known: how many persons more or fewer there are of them is told by them alone.
  await engine.run(
    `update rollcall.marts.zoom_webinars as webinars
     set unique_participant_count = webinars.unique_participant_count + counted.more
     from (
         select webinar_id, count(distinct person_id) - count(distinct person_id_before) as more
         from outside_rows
         where holder = 'p'
         group by webinar_id
     ) as counted
     where counted.webinar_id = webinars.id and counted.more <> 0`,
  )
}

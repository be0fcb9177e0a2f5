import type { Engine } from './engine.ts'
import { sameKey } from './persons.ts'
import { deleteWhere, rowsWhere } from './pruned.ts'
import { unitsAs, webinarIds } from './units.ts'

/*
 * Puts what a scope says about keys and persons in the place of what the catalog has. They are all over its tables and
 * most of them say what they said before, so here rows are compared, and only those that differ are replaced: where
 * rows are deleted, what is around them has to be written again.
 */

/** As `mergeScope`, of the tables about keys and persons. Leaves the temporary table `changed_rows` (kind, id). */
export async function mergePersons(engine: Engine, version: number): Promise<void> {
  // Numbers of holders are dense within a build; those of different builds must not meet.
  const own = `holder_key + ${version} * (1::bigint << 36) as holder_key`
  const claimed = 'intermediate.person_keys_claimed'
  const appearances = 'intermediate.person_appearances'

  await engine.run(deleteWhere(`rollcall.${claimed}`, 'zoom_webinar_id', unitsAs('zoom_webinar_id')))
  await engine.run(
    `insert into rollcall.${claimed} by name
     select * replace (${own}) from scratch.${claimed} where holder_key > 0`,
  )
  await replaceKeys(engine, 'intermediate.person_keys_identified', 'known_keys', 'person_id')
  await replaceKeys(engine, 'staging.key_arrivals', 'known_arrivals', 'arrival')
  await engine.run(deleteWhere(`rollcall.${appearances}`, 'webinar_id', webinarIds))
  await engine.run(
    `insert into rollcall.${appearances} by name
     select * replace (${own}) from scratch.${appearances} where holder_key > 0`,
  )
  await movePersons(engine)
  await mergePeople(engine)
}

/**
 * Most keys of a scope say what they said before. Only those that do not are replaced: they are all over the table,
 * and a table has to be written again where rows of it are deleted.
 * @param known the rows the catalog has of the scope's keys
 * @param said the column that tells, beside the arrival
 */
async function replaceKeys(engine: Engine, table: string, known: string, said: string): Promise<void> {
  const isSame = `${sameKey('one', 'other')} and one.${said} = other.${said} and one.arrival is not distinct from other.arrival`
  await engine.run(
    `create or replace temp table stale_keys as
     select one.* from ${known} as one anti join scratch.${table} as other on ${isSame}`,
  )
  await engine.run(
    `delete from rollcall.${table}
     where rowid in (
         select known.row
         from (
             select rowid as row, account_id, kind, key, key_hash
             from (${rowsWhere(`rollcall.${table}`, 'key_hash', 'stale_keys', 'rowid')})
         ) as known
         semi join stale_keys as stale on ${sameKey('stale', 'known')}
     )`,
  )
  await engine.run(
    `insert into rollcall.${table} by name
     select one.* from scratch.${table} as one anti join ${known} as other on ${isSame}`,
  )
}

/** Most people of a webinar are as they were: only those who are not are replaced here, and later in the warehouse. */
async function mergePeople(engine: Engine): Promise<void> {
  // As the model says it, of keys that are at hand: to find them among all aliases would take longer.
  await engine.run(
    `create temp table aliases_before as
     select would_be_id as alias_id, person_id
     from known_keys
     where would_be_id <> person_id and kind <> 'correction'`,
  )
  await engine.run('create temp table changed_rows (kind varchar, id uuid)')
  for (const [kind, table, before, key] of [
    ['person', 'zoom_people', 'people_before', 'id'],
    ['alias', 'zoom_person_aliases', 'aliases_before', 'alias_id'],
  ] as const) {
    const mart = `marts.${table}`
    await engine.run(
      `create or replace temp table people_stale as from ${before} except select * from scratch.${mart}`,
    )
    await engine.run(
      `create or replace temp table people_fresh as from scratch.${mart} except select * from ${before}`,
    )
    await engine.run(
      `insert into changed_rows
       select '${kind}', ${key} from people_stale union select '${kind}', ${key} from people_fresh`,
    )
    await engine.run(deleteWhere(`rollcall.${mart}`, key, 'people_stale'))
    await engine.run(`insert into rollcall.${mart} by name select * from people_fresh`)
  }
}

/**
 * Rows outside of the scope whose person is another one now, and the counts of persons that follow. They are deleted
 * and come again: of an updated column all rows around a changed one have to be written.
 */
async function movePersons(engine: Engine): Promise<void> {
  const [moved] = await engine.rows('select count(*)::int as moved from moved_appearances')
  if (Number(moved?.moved) === 0) return
  const tables = { p: 'marts.zoom_participants', r: 'marts.zoom_registrants' }
  for (const holder of ['p', 'r'] as const) {
    const table = tables[holder]
    const ids = `select id from moved_appearances where holder = '${holder}'`
    await engine.run(
      `create or replace temp table moved_rows as
       select known.* replace (moved.person_id as person_id)
       from (${rowsWhere(`rollcall.${table}`, 'id', ids)}) as known
       inner join moved_appearances as moved on moved.holder = '${holder}' and moved.id = known.id`,
    )
    await engine.run(deleteWhere(`rollcall.${table}`, 'id', 'moved_rows'))
    await engine.run(`insert into rollcall.${table} by name select * from moved_rows`)
  }
  await engine.run(deleteWhere('rollcall.intermediate.person_appearances', 'id', 'moved_appearances'))
  await engine.run(
    `insert into rollcall.intermediate.person_appearances by name
     select outside.* exclude (person_id_before) replace (
         -outside.holder_key as holder_key,
         (hash(outside.person_id) & 2147483647)::int as person_hash
     )
     from outside_appearances as outside
     semi join moved_appearances as moved on moved.holder = outside.holder and moved.id = outside.id`,
  )
  // All appearances of these persons are known: how many persons more or fewer there are of them is told by them alone.
  await engine.run(
    `update rollcall.marts.zoom_webinars as webinars
     set unique_participant_count = webinars.unique_participant_count + counted.more
     from (
         select webinar_id, count(distinct person_id) - count(distinct person_id_before) as more
         from outside_appearances
         where holder = 'p'
         group by webinar_id
     ) as counted
     where counted.webinar_id = webinars.id and counted.more <> 0`,
  )
}

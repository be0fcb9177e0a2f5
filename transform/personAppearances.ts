import type { Engine } from './engine.ts'
import { claimed, hashOf, identified, sameKey } from './persons.ts'
import { rowsWhere } from './pruned.ts'
import { instanceIds, webinarIds } from './units.ts'

/*
 * What is needed to say who the changed persons of persons.ts are: all they did, in touched webinars and outside of them.
 */

const appearances = 'intermediate.person_appearances'

/**
 * After `person_appearances` is built: adds the appearances outside of the scope of every person who may be told by
 * others now, each with the person it is now. Leaves temporary tables `changed_persons` (person_id) and
 * `moved_appearances` (holder, id, person_id, webinar_id, instance_id): those outside whose person is another one now.
 */
export async function widenAppearances(engine: Engine): Promise<void> {
  await findChangedPersons(engine)
  const hashes = `select ${hashOf('person_id')} as person_hash from changed_persons`
  await engine.run(
    `create temp table outside_appearances as
     with
     persons as (
         select claimed.holder, -claimed.holder_key as holder_key, any_value(identified.person_id) as person_id
         from scratch.${claimed} as claimed
         inner join scratch.${identified} as identified on ${sameKey('identified', 'claimed')}
         where claimed.holder_key < 0 and claimed.holder <> 'k'
         group by claimed.holder, claimed.holder_key
     )
     select known.* replace (
             -known.holder_key as holder_key,
             coalesce(persons.person_id, moved.person_id_now, known.person_id) as person_id
         ),
         known.person_id as person_id_before
     from (${rowsWhere(`rollcall.${appearances}`, 'person_hash', hashes)}) as known
     semi join changed_persons as changed on changed.person_id = known.person_id
     left join persons on persons.holder = known.holder and persons.holder_key = known.holder_key
     left join moved_persons as moved on moved.person_id = known.person_id
     where known.webinar_id not in (select touched_webinars.id from touched_webinars)`,
  )
  await engine.run(
    `insert into scratch.${appearances} by name
     select * exclude (person_id_before) replace (${hashOf('person_id')} as person_hash)
     from outside_appearances`,
  )
  await engine.run(
    `create temp table moved_appearances as
     select holder, id, person_id, person_id_before, webinar_id, instance_id
     from outside_appearances
     where person_id <> person_id_before`,
  )
}

/** What the marts say in the touched webinars of who somebody is. */
const saidOfPersons = [
  [
    'marts.zoom_participants',
    'instance_id',
    instanceIds,
    `id, person_id, first_join_time, last_leave_time, participant_name, participant_email, zoom_user_id,
     identity_method, webinar_id, instance_id, total_duration`,
  ],
  [
    'marts.zoom_registrants',
    'webinar_id',
    webinarIds,
    'id, person_id, registered_at, first_name, last_name, email, webinar_id',
  ],
] as const

/** `changed_persons`: now and before. */
async function findChangedPersons(engine: Engine): Promise<void> {
  await engine.run(
    `create temp table changed_persons as
     select person_id from broken_persons
     union
     select now.person_id
     from known_keys as known
     semi join broken_persons using (person_id)
     inner join scratch.${identified} as now on ${sameKey('now', 'known')}
     union
     select person_id from moved_persons
     union
     select person_id_now from moved_persons`,
  )
  for (const [mart, column, wanted, said] of saidOfPersons) {
    const before = `select ${said} from (${rowsWhere(`rollcall.${mart}`, column, wanted)})`
    const now = `select ${said} from scratch.${mart}`
    await engine.run(
      `insert into changed_persons
       select person_id
       from ((${before} except ${now}) union all (${now} except ${before}))
       where person_id is not null
       group by person_id`,
    )
  }
  await engine.run(
    'create or replace temp table changed_persons as select distinct person_id from changed_persons',
  )
}

/**
 * After `zoom_people` is built: whose appearances outside were not looked at is who he was. Leaves the temporary table
 * `people_before`: the rows that the catalog has of the people in the scope, now or before.
 */
export async function keepPeople(engine: Engine): Promise<void> {
  const people = 'marts.zoom_people'
  const ids = `select id from scratch.${people} union select person_id from changed_persons`
  await engine.run(`create temp table people_before as ${rowsWhere(`rollcall.${people}`, 'id', ids)}`)
  await engine.run(
    `create or replace table scratch.${people} as
     select * from scratch.${people} where id in (select changed_persons.person_id from changed_persons)
     union all by name
     select * from people_before where id not in (select changed_persons.person_id from changed_persons)`,
  )
}

import type { Engine } from './engine.ts'
import { findGrownPersons, grownPeople } from './grownPeople.ts'
import type { Model } from './models.ts'
import { claimed, identified } from './persons.ts'
import { rowsWhere, takeFewRows } from './pruned.ts'
import { instanceIds, webinarIds } from './units.ts'

/*
 * What is needed to say who the changed persons of persons.ts are: all they did, in the touched webinars and outside of
 * them. It stands in the marts, of which only what is said of a person matters here.
 *
 *   changed persons ─┬─ grown      did something more, later than all before: who they were tells the rest, see
 *                    │             grownPeople.ts
 *                    ├─ new        did nothing before
 *                    └─ scattered  the others: what they did outside is looked for in all rows of the marts
 */

const people = 'marts.zoom_people'

interface Said {
  mart: string
  /** As in `person_keys_claimed`. */
  holder: 'p' | 'r'
  /** Tells which rows are of a touched webinar, in the order of the mart. */
  column: string
  wanted: string
  /** What `person_appearances` reads, beside who and where. */
  columns: string
}

const said: readonly Said[] = [
  {
    mart: 'marts.zoom_participants',
    holder: 'p',
    column: 'instance_id',
    wanted: instanceIds,
    columns: `account_id, first_join_time, last_leave_time, participant_name, participant_email, zoom_user_id,
        identity_method, total_duration, instance_id`,
  },
  {
    mart: 'marts.zoom_registrants',
    holder: 'r',
    column: 'webinar_id',
    wanted: webinarIds,
    columns: 'account_id, registered_at, first_name, last_name, email, null::uuid as instance_id',
  },
]

/**
 * After `person_appearances` is built: adds the appearances outside of the scope of every person who may be told by
 * others now, each with the person it is now. Leaves temporary tables `people_before` (the rows that the catalog has of
 * the people in the scope, now or before; `row` is the rowid), `changed_persons` and `grown_persons` (person_id),
 * `outside_rows` (holder, row, person_id, person_id_before, webinar_id, instance_id; `row` is the rowid in the mart) and
 * `moved_rows`: those of them whose person is another one now.
 */
export async function widenAppearances(engine: Engine, model: Model): Promise<void> {
  await findDifferingRows(engine)
  await findChangedPersons(engine)
  const ids = `select person_id as id from changed_persons union select person_id from scratch.${model.name}`
  await engine.run(
    `create temp table people_before as ${rowsWhere(`rollcall.${people}`, 'id', ids, 'rowid as row, *')}`,
  )
  await findGrownPersons(engine)
  await engine.run(
    'create temp table outside_rows (holder varchar, row bigint, person_id uuid, person_id_before uuid, webinar_id uuid, instance_id uuid)',
  )
  await engine.run(
    `create temp table scattered_persons as
     select person_id from regrouped_persons
     union
     select person_id
     from changed_persons
     semi join people_before on people_before.id = changed_persons.person_id
     anti join grown_persons using (person_id)`,
  )
  const [scattered] = await engine.rows('select 1 from scattered_persons limit 1')
  if (scattered !== undefined) await addOutsideRows(engine, model)
  await engine.run(
    'create temp table moved_rows as select * from outside_rows where person_id <> person_id_before',
  )
}

async function addOutsideRows(engine: Engine, model: Model): Promise<void> {
  await engine.run("attach ':memory:' as outside")
  await engine.run('create schema outside.marts')
  for (const { mart, holder, columns } of said) {
    await takeFewRows(
      engine,
      `rollcall.${mart}`,
      'person_id',
      'scattered_persons',
      `known.id, ${columns}, webinar_id`,
    )
    await engine.run(
      `create table outside.${mart} as
       with
       persons as (
           select claimed.holder_id as id, any_value(identified.person_id) as person_id
           from scratch.${claimed} as claimed
           inner join scratch.${identified} as identified on identified.key_id = claimed.head_id
           where claimed.holder = '${holder}'
           group by claimed.holder_id
       )
       select known.row, known.id, known.webinar_id, known.person_id as person_id_before,
           coalesce(persons.person_id, moved.person_id_now, known.person_id) as person_id,
           known.* exclude (row, id, webinar_id, person_id)
       from few_rows as known
       left join persons on persons.id = known.id
       left join moved_persons as moved on moved.person_id = known.person_id
       where known.webinar_id not in (select touched_webinars.id from touched_webinars)`,
    )
    await engine.run(
      `insert into outside_rows by name
       select '${holder}' as holder, row, person_id, person_id_before, webinar_id, instance_id
       from outside.${mart}`,
    )
  }
  // The model itself, of other rows.
  const [path] = await engine.rows("select current_setting('search_path') as path")
  await engine.run("set search_path = 'outside.marts'")
  await engine.run(`insert into scratch.${model.name} by name select * from (${model.sql})`)
  await engine.run(`set search_path = '${String(path?.path)}'`)
  await engine.run('detach outside')
}

/** `differing_rows` (holder, id, person_id, is_now): of the touched webinars, what was not said before or no longer is. */
async function findDifferingRows(engine: Engine): Promise<void> {
  const differing = said.map(({ mart, holder, column, wanted, columns }) => {
    const all = `id, person_id, webinar_id, ${columns}`
    const before = `select ${all} from (${rowsWhere(`rollcall.${mart}`, column, wanted)})`
    const now = `select ${all} from scratch.${mart}`
    const row = (isNow: boolean) => `select '${holder}' as holder, id, person_id, ${isNow} as is_now`
    return `${row(false)} from (${before} except ${now}) union all ${row(true)} from (${now} except ${before})`
  })
  await engine.run(
    `create temp table differing_rows as
     select * from (${differing.join(' union all ')}) where person_id is not null`,
  )
}

/** `regrouped_persons`: who are one with others, or no longer, now and before; `changed_persons`: and all the others. */
async function findChangedPersons(engine: Engine): Promise<void> {
  await engine.run(
    `create temp table regrouped_persons as
     select person_id
     from (
         select person_id from broken_persons
         union all
         select now.person_id
         from known_keys as known
         inner join scratch.${identified} as now using (key_id)
         where known.person_id in (select broken_persons.person_id from broken_persons)
         union all
         select unnest([person_id, person_id_now]) from moved_persons
     )
     where person_id is not null
     group by person_id`,
  )
  await engine.run(
    `create temp table changed_persons as
     select person_id from regrouped_persons union select person_id from differing_rows`,
  )
}

/**
 * After `zoom_people` is built: who is not known by all his appearances in the scope is who he was, and what he did
 * since.
 */
export async function keepPeople(engine: Engine): Promise<void> {
  await engine.run(
    `create or replace table scratch.${people} as
     select *
     from scratch.${people}
     where id in (select changed_persons.person_id from changed_persons)
         and id not in (select grown_persons.person_id from grown_persons)
     union all
     ${grownPeople}
     union all by name
     select * exclude (row) from people_before where id not in (select changed_persons.person_id from changed_persons)`,
  )
}

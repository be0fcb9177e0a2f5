import { Doubt } from './doubt.ts'
import type { Engine } from './engine.ts'
import { isKept, isTable, type Model } from './models.ts'

/*
 * Puts a scope's tables in the place of what the catalog has of the same webinars: for every kept table, rows of touched
 * units are deleted and the scope's rows inserted. Which rows those are is told by the table's columns (`ruleOf`), so a
 * new model needs nothing here as long as its rows say which webinar or instance they belong to. Tables about keys and
 * persons are named, since persons reach over webinars.
 */

type Rule = { kind: 'special' } | { kind: 'unit'; isTouched: string }

/** Replaced by `mergePersons` and `mergeRest`. */
const special = new Set([
  'staging.reading_times',
  'staging.key_arrivals',
  'intermediate.person_keys_claimed',
  'intermediate.person_keys_identified',
  'intermediate.person_appearances',
  'marts.zoom_people',
  'marts.zoom_person_aliases',
])

const inUnits = 'in (select touched_units.unit from touched_units)'
const inWebinars = 'in (select touched_webinars.id from touched_webinars)'
const inInstances = 'in (select touched_instances.id from touched_instances)'

/** Models without which a build of what is new is not possible. */
export const neededModels: readonly string[] = [
  ...special,
  'staging.captures_confirmed',
  'staging.captures',
  'staging.panelists',
  'staging.report_details',
  'intermediate.person_keys_dated',
  'intermediate.webinars_described',
  'marts.zoom_webinars',
  'marts.zoom_webinar_instances',
  'marts.zoom_participants',
  'marts.zoom_registrants',
  'marts.zoom_capture_audit',
]

/** @throws Doubt where a table's columns do not say what its rows belong to */
export async function planMerge(engine: Engine, models: readonly Model[]): Promise<Map<string, Rule>> {
  const rows = await engine.rows(
    `select concat(schema_name, '.', table_name) as name, map(list(column_name), list(data_type)) as types
     from duckdb_columns() where database_name = 'rollcall' group by all`,
  )
  const columns = new Map(rows.map((row) => [String(row.name), typesOf(row.types)]))
  const rules = new Map<string, Rule>()
  for (const model of models) {
    if (!isTable(model) || !isKept(model)) continue
    const types = columns.get(model.name)
    if (types === undefined) throw new Doubt(`the catalog has no ${model.name}`)
    rules.set(model.name, special.has(model.name) ? { kind: 'special' } : ruleOf(model.name, types))
  }
  return rules
}

/** DuckDB's JSON form of a map is a list of keys and values. */
function typesOf(map: unknown): Map<string, string> {
  const entries = map as { key: string; value: string }[]
  return new Map(entries.map(({ key, value }) => [key, value]))
}

function ruleOf(name: string, types: ReadonlyMap<string, string>): Rule {
  const unit = (isTouched: string): Rule => ({ kind: 'unit', isTouched })
  if (types.get('zoom_webinar_id') === 'BIGINT') return unit(`coalesce(zoom_webinar_id, 0) ${inUnits}`)
  if (types.get('webinar_id') === 'UUID') {
    // A row without a webinar is about the account, and all of these are in every scope.
    return unit(`(webinar_id ${inWebinars} or webinar_id is null)`)
  }
  if (types.get('webinar_id') === 'BIGINT') {
    const isAccount = types.has('instance_uuid') ? 'webinar_id is null and instance_uuid is null or' : ''
    return unit(`(${isAccount} coalesce(webinar_id, 0) ${inUnits})`)
  }
  if (types.get('instance_id') === 'UUID') return unit(`instance_id ${inInstances}`)
  throw new Doubt(`the columns of ${name} do not say which webinar a row belongs to`)
}

/**
 * Before: the scope is built in `scratch`; temporary tables of touched.ts and persons.ts are there. The caller has begun
 * a transaction on `rollcall`.
 * @param version of the catalog that comes of it; the changes are recorded under it
 * @throws Doubt where the scope gave rows of something that was not touched
 */
export async function mergeScope(
  engine: Engine,
  rules: ReadonlyMap<string, Rule>,
  version: number,
): Promise<void> {
  await engine.run('create temp table touched_instances (id uuid)')
  await engine.run(
    `insert into touched_webinars
     select id from scratch.marts.zoom_webinars where id not in (select touched_webinars.id from touched_webinars)`,
  )
  await engine.run(
    `insert into touched_instances
     select id from rollcall.marts.zoom_webinar_instances where webinar_id ${inWebinars}
     union
     select id from scratch.marts.zoom_webinar_instances`,
  )
  for (const [name, rule] of rules) {
    if (rule.kind === 'special') continue
    const [stray] = await engine.rows(
      `select 1 from scratch.${name} where (${rule.isTouched}) is distinct from true limit 1`,
    )
    if (stray !== undefined) throw new Doubt(`${name} has rows of a webinar that was not touched`)
    await engine.run(`delete from rollcall.${name} where ${rule.isTouched}`)
    await engine.run(`insert into rollcall.${name} by name select * from scratch.${name}`)
  }
  await mergeConfirmations(engine)
  await mergePersons(engine, version)
  await recordChanges(engine, version)
}

/** Captures that were read again and said the same: only when they were last confirmed is new. */
async function mergeConfirmations(engine: Engine): Promise<void> {
  await engine.run('delete from rollcall.staging.reading_times')
  await engine.run(
    'insert into rollcall.staging.reading_times by name select * from scratch.staging.reading_times',
  )
  await engine.run(
    `update rollcall.staging.captures as captures
     set confirmed_at = confirmed.confirmed_at, confirmed_run_id = confirmed.confirmed_run_id
     from confirmed_captures as confirmed
     where confirmed.capture_id = captures.capture_id`,
  )
  await engine.run(
    `create temp table confirmed_subjects as
     select captures.account_id, captures.stream, captures.subject, captures.confirmed_at
     from rollcall.staging.captures as captures
     semi join confirmed_captures using (capture_id)
     where captures.is_best`,
  )
  await engine.run(
    `update rollcall.marts.zoom_capture_audit as audit
     set captured_at = confirmed.confirmed_at
     from confirmed_subjects as confirmed
     where confirmed.account_id = audit.account_id and confirmed.stream = audit.stream
         and confirmed.subject = audit.subject`,
  )
}

async function mergePersons(engine: Engine, version: number): Promise<void> {
  const sameKey = (one: string, other: string) =>
    ['key_hash', 'kind', 'key', 'account_id'].map((name) => `${one}.${name} = ${other}.${name}`).join(' and ')
  // Numbers of holders are dense within a build; those of different builds must not meet.
  const own = `holder_key + ${version} * (1::bigint << 36) as holder_key`
  const schema = 'rollcall.intermediate'

  await engine.run(
    `create temp table persons_before as
     select id, hash from touched_persons
     union
     select person_id, person_hash from ${schema}.person_appearances where webinar_id ${inWebinars}`,
  )
  await engine.run(`delete from ${schema}.person_keys_claimed where coalesce(zoom_webinar_id, 0) ${inUnits}`)
  await engine.run(
    `insert into ${schema}.person_keys_claimed by name
     select * replace (${own}) from scratch.intermediate.person_keys_claimed where holder_key > 0`,
  )
  await engine.run(
    `delete from ${schema}.person_keys_identified as known
     where exists (select 1 from person_keys as keys where ${sameKey('keys', 'known')})`,
  )
  await engine.run(
    `insert into ${schema}.person_keys_identified by name
     select * from scratch.intermediate.person_keys_identified`,
  )
  await engine.run(
    `delete from rollcall.staging.key_arrivals as known
     where exists (select 1 from scratch.staging.key_arrivals as keys where ${sameKey('keys', 'known')})`,
  )
  await engine.run(
    'insert into rollcall.staging.key_arrivals by name select * from scratch.staging.key_arrivals',
  )
  await engine.run(`delete from ${schema}.person_appearances where webinar_id ${inWebinars}`)
  await engine.run(
    `insert into ${schema}.person_appearances by name
     select * replace (${own}) from scratch.intermediate.person_appearances where holder_key > 0`,
  )
  await movePersons(engine)
  await mergePeople(engine)
}

/** Most people of a webinar are as they were: only those who are not are replaced here, and later in the warehouse. */
async function mergePeople(engine: Engine): Promise<void> {
  await engine.run('create temp table changed_persons (id uuid)')
  for (const [table, person] of [
    ['zoom_people', 'id'],
    ['zoom_person_aliases', 'person_id'],
  ]) {
    const before = `select * from rollcall.marts.${table} where ${person} in (select persons_before.id from persons_before)`
    const now = `select * from scratch.marts.${table}`
    await engine.run(
      `insert into changed_persons
       select distinct ${person} from ((${before} except ${now}) union all (${now} except ${before}))`,
    )
  }
  for (const [table, person] of [
    ['zoom_people', 'id'],
    ['zoom_person_aliases', 'person_id'],
  ]) {
    const isChanged = `${person} in (select changed_persons.id from changed_persons)`
    await engine.run(`delete from rollcall.marts.${table} where ${isChanged}`)
    await engine.run(
      `insert into rollcall.marts.${table} by name select * from scratch.marts.${table} where ${isChanged}`,
    )
  }
}

/** Rows outside of the scope whose person is another one now, and the counts of persons that follow. */
async function movePersons(engine: Engine): Promise<void> {
  const [moved] = await engine.rows('select count(*)::int as moved from moved_appearances')
  if (Number(moved?.moved) === 0) return
  await engine.run(
    `update rollcall.intermediate.person_appearances as known
     set person_id = moved.person_id, person_hash = (hash(moved.person_id) & 2147483647)::int
     from moved_appearances as moved
     where known.person_hash = (hash(moved.person_id_before) & 2147483647)::int
         and known.holder = moved.holder and known.id = moved.id`,
  )
  for (const [holder, table] of [
    ['p', 'zoom_participants'],
    ['r', 'zoom_registrants'],
  ]) {
    await engine.run(
      `update rollcall.marts.${table} as known
       set person_id = moved.person_id
       from moved_appearances as moved
       where moved.holder = '${holder}' and known.webinar_id = moved.webinar_id and known.id = moved.id`,
    )
  }
  await engine.run(
    `update rollcall.marts.zoom_webinars as webinars
     set unique_participant_count = counted.persons
     from (
         select webinar_id, count(distinct person_id) as persons
         from rollcall.marts.zoom_participants
         where webinar_id in (select moved_appearances.webinar_id from moved_appearances)
         group by webinar_id
     ) as counted
     where counted.webinar_id = webinars.id and webinars.unique_participant_count <> counted.persons`,
  )
}

/** What a warehouse that has the version before has to look at again. More than has changed does no harm. */
async function recordChanges(engine: Engine, version: number): Promise<void> {
  await engine.run(
    `insert into rollcall.builds.changes
     select distinct ${version}, kind, unit
     from (
         select 'unit' as kind, id::varchar as unit from touched_webinars
         union all
         select 'unit', id::varchar from touched_instances
         union all
         select 'unit', webinar_id::varchar from moved_appearances
         union all
         select 'unit', instance_id::varchar from moved_appearances where instance_id is not null
         union all
         select 'unit', coalesce(audit.instance_id::varchar, audit.webinar_id::varchar, audit.account_id)
         from rollcall.marts.zoom_capture_audit as audit
         semi join confirmed_subjects as confirmed
             on confirmed.account_id = audit.account_id and confirmed.stream = audit.stream
             and confirmed.subject = audit.subject
         union all
         select 'unit', account_id from rollcall.builds.captures group by account_id
         union all
         select 'person', id::varchar from changed_persons
     )
     order by all`,
  )
}

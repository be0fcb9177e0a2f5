import { columnTypes, inWebinars, ruleOf, type UnitRule } from './belonging.ts'
import { Doubt } from './doubt.ts'
import type { Engine } from './engine.ts'
import { isKept, isTable, type Model } from './models.ts'
import { deleteWhere } from './pruned.ts'

/*
 * Puts a scope's tables in the place of what the catalog has of the same webinars: for every kept table, rows of touched
 * units are deleted and the scope's rows inserted. Which rows those are is told by the table's columns (`ruleOf`), so a
 * new model needs nothing here as long as its rows say which webinar or instance they belong to. Tables about keys and
 * persons are named, since persons reach over webinars.
 */

type Rule = { kind: 'special' } | UnitRule

/** Replaced by `mergePersons`, but for the first. */
const special = new Set([
  'staging.reading_times',
  'intermediate.person_keys_claimed',
  'intermediate.person_keys_identified',
  'marts.zoom_people',
  'marts.zoom_person_aliases',
])

/** Models without which a build of what is new is not possible. */
export const neededModels: readonly string[] = [
  ...special,
  'staging.captures_confirmed',
  'staging.captures',
  'staging.key_arrivals',
  'staging.panelists',
  'staging.report_details',
  'intermediate.person_keys_dated',
  'intermediate.person_appearances',
  'intermediate.webinars_described',
  'marts.zoom_webinars',
  'marts.zoom_webinar_instances',
  'marts.zoom_participants',
  'marts.zoom_registrants',
  'marts.zoom_capture_audit',
]

/** @throws Doubt where a table's columns do not say what its rows belong to */
export async function planMerge(engine: Engine, models: readonly Model[]): Promise<Map<string, Rule>> {
  const types = await columnTypes(engine.connection)
  const rules = new Map<string, Rule>()
  for (const model of models) {
    if (!isTable(model) || !isKept(model)) continue
    const own = types.get(model.name)
    if (own === undefined) throw new Doubt(`the catalog has no ${model.name}`)
    rules.set(model.name, special.has(model.name) ? { kind: 'special' } : ruleOf(model.name, own))
  }
  return rules
}

/**
 * Before: the scope is built in `scratch`; temporary tables of touched.ts and persons.ts are there. The caller has begun
 * a transaction on `rollcall`.
 * @throws Doubt where the scope gave rows of something that was not touched
 */
export async function mergeScope(engine: Engine, rules: ReadonlyMap<string, Rule>): Promise<void> {
  await engine.run(
    `insert into touched_webinars
     select id from scratch.marts.zoom_webinars where id not in (select touched_webinars.id from touched_webinars)`,
  )
  await engine.run(
    `insert into touched_instances
     select id
     from (
         select id from scratch.marts.zoom_webinar_instances
         union
         select instance_id from rollcall.marts.zoom_capture_audit where webinar_id ${inWebinars}
     )
     where id not in (select touched_instances.id from touched_instances)`,
  )
  for (const [name, rule] of rules) {
    if (rule.kind === 'special') continue
    const [stray] = await engine.rows(
      `select 1 from scratch.${name} where (${rule.isTouched}) is distinct from true limit 1`,
    )
    if (stray !== undefined) throw new Doubt(`${name} has rows of a webinar that was not touched`)
    const { column, wanted } = rule.among
    await engine.run(deleteWhere(`rollcall.${name}`, column, wanted))
    for (const isToo of rule.isToo) await engine.run(`delete from rollcall.${name} where ${isToo}`)
    await engine.run(`insert into rollcall.${name} by name select * from scratch.${name}`)
  }
  await mergeConfirmations(engine)
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

/**
 * What a warehouse that has the version before has to look at again. More than has changed does no harm.
 * Before: `mergeScope`, `mergePersons`.
 * @param version of the catalog that comes of it
 */
export async function recordChanges(engine: Engine, version: number): Promise<void> {
  await engine.run(
    `insert into rollcall.builds.changes
     select distinct ${version}, kind, unit
     from (
         select 'unit' as kind, id::varchar as unit from touched_webinars
         union all
         select 'unit', id::varchar from touched_instances
         union all
         select 'unit', webinar_id::varchar from moved_rows
         union all
         select 'unit', instance_id::varchar from moved_rows where instance_id is not null
         union all
         select 'unit', coalesce(audit.instance_id::varchar, audit.webinar_id::varchar, audit.account_id)
         from rollcall.marts.zoom_capture_audit as audit
         semi join confirmed_subjects as confirmed
             on confirmed.account_id = audit.account_id and confirmed.stream = audit.stream
             and confirmed.subject = audit.subject
         union all
         select 'unit', account_id from rollcall.builds.captures group by account_id
         union all
         select kind, id::varchar from changed_rows
     )
     order by all`,
  )
}

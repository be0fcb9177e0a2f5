import { segmentRowsSql } from '../extract/raw/views.ts'
import type { Stream } from '../extract/streams.ts'
import { buildModel, showAsEmpty } from './build.ts'
import type { BuiltFrom } from './builtFrom.ts'
import { Doubt } from './doubt.ts'
import { type Engine, rowsOfThreadMin } from './engine.ts'
import { audit } from './full.ts'
import { findLiveLists, findLiveReadings } from './liveReadings.ts'
import { mergeScope, neededModels, planMerge, recordChanges } from './merge.ts'
import { mergePersons } from './mergePersons.ts'
import { isKept, isTable, type Model } from './models.ts'
import { keepPeople, widenAppearances } from './personAppearances.ts'
import { dateOldestKeys, followMovedPersons, widenArrivals, widenClaims } from './persons.ts'
import type { Build } from './plannedBuild.ts'
import { showRaw } from './rawViews.ts'
import { readAlike, recordSegments, type Segment, writeState } from './record.ts'
import { attachScratch, countRows, fillScope, measureScope, memoryOfScope } from './scope.ts'
import { quoteIdentifier } from './sql-text.ts'
import { findTouched } from './touched.ts'

/*
 * Brings an older catalog up to date with what is new in the raw zone:
 *
 *   opened ──▶ recorded ──▶ touched ──▶ scoped ──▶ audited ──▶ merged ──▶ closed
 *
 *   recorded  the new segments are in the catalog's record of what it was built from
 *   touched   the webinars are known that they change, see touched.ts
 *   scoped    all models are built, unchanged, from what concerns these webinars, in memory
 *   audited   all audits pass on that
 *   merged    the result is in the place of what the catalog had about them, in one transaction
 *
 * Before `closed` the file is nobody's: whatever goes wrong, it is dropped.
 */

export interface Increment {
  /** Webinars that were built again. */
  webinars: number
}

type Widen = (engine: Engine, model: Model) => Promise<void>

/** What reaches over the scope, and is added between two models: before the first that needs it, or after the one it changes. */
interface Hooks {
  before?: Widen
  after?: Widen
  /** They look through tables as long as the history. */
  isLong?: boolean
}

const hooksOf: Readonly<Record<string, Hooks>> = {
  'staging.key_arrivals': { after: widenArrivals, isLong: true },
  'staging.reading_times': {
    after: (engine) =>
      engine.run(
        `create or replace table scratch.staging.reading_times as
         select max(finished_at) as read_until from rollcall.builds.captures`,
      ),
  },
  // Short, but between two that are not.
  'intermediate.person_keys_dated': { isLong: true },
  'intermediate.person_keys_grouped': { before: widenClaims, after: dateOldestKeys, isLong: true },
  'intermediate.person_keys_identified': { after: followMovedPersons },
  'intermediate.person_appearances': { after: widenAppearances, isLong: true },
  'marts.zoom_people': { after: keepPeople },
}

/** Of a history with fewer rows, to call the other threads takes longer than they save. */
const longRowsMin = 1_000_000

/** Called before statements that look through tables as long as the history, and before those that do not. */
type UseThreads = (isLong: boolean) => Promise<void>

/**
 * Before: the catalog is attached as `rollcall`, which is detached in the end.
 * @param segments all there are
 * @param older the state of the catalog as it is, and those of the segments that it was not built from yet
 * @param version it has afterwards, higher than that of any catalog of its lineage
 * @throws Doubt where only a build of everything is sure to be right; TransformError where a model or audit fails
 */
export async function buildIncrement(
  engine: Engine,
  build: Build,
  segments: readonly Segment[],
  { state, segments: fresh }: BuiltFrom,
  version: number,
): Promise<Increment> {
  const confirming = modelNamed(build.models, 'staging.captures_confirmed')
  const isLongHistory = (await countRows(engine)) >= longRowsMin
  await engine.workAlone(!isLongHistory)
  const rules = await planMerge(engine, build.models)
  await findNewCaptures(engine, fresh)
  await engine.run('begin')
  await recordSegments(engine, 'rollcall', build.dataDir, fresh)
  await engine.run('commit')

  await attachScratch(engine)
  await findLiveReadings(engine)
  await findTouched(engine, confirming)
  const rows = await measureScope(engine)
  // What is read of a long history would else be kept until the machine is full.
  const memory = memoryOfScope(rows, engine.threads)
  await engine.limitMemory(memory)
  const useThreads: UseThreads = (isLong) =>
    engine.workAlone(rows < rowsOfThreadMin && !(isLong && isLongHistory))
  await useThreads(true)
  await findLiveLists(engine)
  await buildScope(engine, build, true, useThreads)
  await audit(engine, build)

  await dropSteps(engine, build.models)
  await dropScratchSteps(engine, build.models)
  // DuckDB gives back what it has freed whenever it is told a limit.
  await engine.limitMemory(memory)
  await engine.run('begin')
  await mergeScope(engine, rules)
  // To the end, where what was changed is written.
  await useThreads(true)
  await mergePersons(engine)
  await recordChanges(engine, version)
  await writeState(engine, 'rollcall', { ...state, version })
  await engine.run('commit')
  await refreshViews(engine, build.dataDir, segments, fresh)
  const [touched] = await engine.rows('select count(*)::int as webinars from touched_webinars')
  await engine.run("set search_path = 'memory.main'")
  await engine.run('detach scratch')
  await engine.run('checkpoint rollcall')
  await engine.run('detach rollcall')
  return { webinars: Number(touched?.webinars) }
}

/**
 * Builds all models of the `touched_units` in `scratch`.
 * @param isLive as of `fillScope`
 * @throws Doubt, TransformError as `buildIncrement`
 */
export async function buildScope(
  engine: Engine,
  build: Omit<Build, 'audits' | 'fingerprint' | 'isWithSteps'>,
  isLive = false,
  useThreads?: UseThreads,
): Promise<void> {
  await fillScope(engine, build, isLive)
  await engine.run(
    `create temp table touched_webinars as
     select id from rollcall.marts.zoom_webinars where zoom_webinar_id in (select touched_units.unit from touched_units)`,
  )
  await engine.run(
    `create temp table touched_instances as
     select id from rollcall.marts.zoom_webinar_instances
     where webinar_id in (select touched_webinars.id from touched_webinars)`,
  )
  for (const model of build.models) {
    build.signal?.throwIfAborted()
    const { before, after, isLong = false } = hooksOf[model.name] ?? {}
    await useThreads?.(isLong)
    await before?.(engine, model)
    const built = await buildModel(engine.connection, model, build.clock, { isStored: true })
    await after?.(engine, model)
    if (built.rows === 0 && isStep(model)) await showAsEmpty(engine.connection, model, 'scratch')
    build.onModel(built)
  }
}

/** Whether models of the scope alone read it: neither the merge nor the hooks above. */
function isStep(model: Model): boolean {
  return !(isTable(model) && isKept(model)) && !neededModels.includes(model.name)
}

/** @throws Doubt */
function modelNamed(models: readonly Model[], name: string): Model {
  const names = new Set(models.map((model) => model.name))
  const missing = neededModels.find((needed) => !names.has(needed))
  const model = models.find((one) => one.name === name)
  if (missing !== undefined || model === undefined) throw new Doubt(`there is no model ${missing ?? name}`)
  return model
}

/**
 * The temporary table `new_captures` (capture_id, and what was read).
 * @throws Doubt where rows came later than the capture they belong to
 */
async function findNewCaptures(engine: Engine, segments: readonly Segment[]): Promise<void> {
  const paths = (stream: Stream) => segments.filter((one) => one.stream === stream).map(({ path }) => path)
  await engine.run(
    `create temp table new_captures as
     select distinct capture_id, account_id, stream, subject, source_endpoint, webinar_id, instance_uuid
     from (${segmentRowsSql('captures', paths('captures'))})`,
  )
  const [twice] = await engine.rows(
    'select 1 from rollcall.builds.captures semi join new_captures using (capture_id) limit 1',
  )
  if (twice !== undefined) throw new Doubt('a capture is recorded twice')
  for (const stream of new Set(segments.map((segment) => segment.stream))) {
    if (stream === 'captures' || stream === 'pages' || stream === 'rejects') continue
    const [late] = await engine.rows(
      `select 1 from (${segmentRowsSql(stream, paths(stream))}) as rows
       where capture_id not in (select new_captures.capture_id from new_captures)
           and capture_id in (select captures.capture_id from rollcall.builds.captures)
       limit 1`,
    )
    if (late !== undefined) throw new Doubt('rows arrived later than the capture they belong to')
  }
}

/** A catalog that was built with its steps keeps none of them: they would be older than the rest. */
async function dropSteps(engine: Engine, models: readonly Model[]): Promise<void> {
  for (const model of models) {
    if (!isKept(model)) await engine.run(`drop table if exists rollcall.${model.name}`)
  }
}

/**
 * What no merge needs makes room for it: every column that is added to has a block of its own in memory until it is
 * written, and what does not fit is packed and goes to disk in between.
 */
async function dropScratchSteps(engine: Engine, models: readonly Model[]): Promise<void> {
  const steps = new Set(models.filter(isStep).map(({ name }) => name))
  const tables = await engine.rows(
    `select schema_name, table_name from duckdb_tables() where database_name = 'scratch'`,
  )
  for (const { schema_name, table_name } of tables) {
    const isUnneeded = schema_name === 'raw' || steps.has(`${schema_name}.${table_name}`)
    if (isUnneeded)
      await engine.run(`drop table scratch.${schema_name}.${quoteIdentifier(String(table_name))}`)
  }
}

/** The views `raw.*` of streams with new segments. */
async function refreshViews(
  engine: Engine,
  dataDir: string,
  segments: readonly Segment[],
  fresh: readonly Segment[],
): Promise<void> {
  const alike = await readAlike(engine)
  for (const stream of new Set(fresh.map((segment) => segment.stream))) {
    await showRaw(engine, dataDir, stream, segments, alike)
  }
}

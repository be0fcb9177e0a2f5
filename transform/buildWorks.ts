import type { DuckDBConnection } from '@duckdb/node-api'
import { appendBatch } from './append.ts'
import { databaseOf, showBatch } from './batches.ts'
import { type BuiltModel, buildModel, modelFailure, showAsEmpty } from './build.ts'
import { dependenciesOf } from './dependencies.ts'
import type { Engine } from './engine.ts'
import { workInLanes } from './lanes.ts'
import { lastReads } from './lifetimes.ts'
import { isKept, isTable, type Model } from './models.ts'
import type { Build } from './plannedBuild.ts'
import { type Work, worksOf } from './works.ts'

export interface Site {
  /** Connections that build side by side, with `path` as their search path. */
  lanes: readonly DuckDBConnection[]
  /** Where models find what is of all webinars. */
  path: string
  /** How many there are; a single one has no database of its own. */
  batches: number
  /** A table, also of what a catalog has as a view. */
  isStored: (model: Model) => boolean
}

/**
 * Builds models into `rollcall`, what nobody needs later into `steps` and the databases of the batches, and drops of
 * these what nothing reads any more.
 * @param models in the order in which they can be built
 */
export async function buildWorks(
  engine: Engine,
  build: Build,
  models: readonly Model[],
  site: Site,
): Promise<void> {
  const audited = [...(await dependenciesOf(engine.connection, build.audits)).values()].flat()
  const works = worksOf(models, await dependenciesOf(engine.connection, models), audited, site.batches)
  const byName = new Map(works.map((work) => [work.name, work]))
  const drops = dropsAfter(works, audited, site)
  const readInBatches = new Set(works.flatMap(({ batch, reads }) => (batch === null ? [] : reads)))
  const report = reportWhole(works, build)
  const tables = new Set<string>()
  const made = new Set<string>()
  let passed = 0

  const make = async (name: string, lane: DuckDBConnection) => {
    build.signal?.throwIfAborted()
    const work = byName.get(name) as Work
    if (site.batches > 1) await showBatch(lane, work.batch, site.path)
    if (work.isUnion) await unite(lane, work, site)
    else {
      const { built, isStep } = await makeOne(lane, work, build, site, readInBatches.has(name))
      if (isStep && built.rows === 0) await showAsEmpty(lane, work.model, stepsOf(work))
      else if (isStep && built.rows !== null) tables.add(name)
      report(built)
    }
    made.add(name)
    // Only what all that come before in the order have read, too: the other lane may be behind.
    const dropped: string[] = []
    for (; made.has(works[passed]?.name ?? ''); passed++)
      dropped.push(...(drops.get(works[passed]?.name ?? '') ?? []))
    for (const one of dropped.filter((one) => tables.has(one))) {
      const { model, batch } = byName.get(one) as Work
      await lane.run(`drop table ${stepsOf({ batch })}.${model.name}`)
    }
  }
  const needs = new Map(works.map((work) => [work.name, work.needs]))
  await workInLanes([...byName.keys()], needs, site.lanes, make, engine.shareThreads)
}

/** The database of what nobody needs later. */
const stepsOf = ({ batch }: Pick<Work, 'batch'>) => (batch === null ? 'steps' : databaseOf(batch))

/** Whether it stays in the catalog. */
export function isInCatalog(model: Model, build: Pick<Build, 'isWithSteps'>): boolean {
  return isTable(model) && (isKept(model) || build.isWithSteps)
}

async function makeOne(
  lane: DuckDBConnection,
  work: Work,
  build: Build,
  { isStored }: Site,
  isReadInBatch: boolean,
): Promise<{ built: BuiltModel; isStep: boolean }> {
  const { model, batch } = work
  const isKeptNow = isInCatalog(model, build)
  if (batch === null || !isKeptNow) {
    const database = isKeptNow ? 'rollcall' : stepsOf(work)
    const built = await buildModel(lane, model, build.clock, { database, isStored: isStored(model) })
    return { built, isStep: !isKeptNow }
  }
  const started = build.clock()
  const database = databaseOf(batch)
  if (isReadInBatch) await buildModel(lane, model, build.clock, { database })
  const select = isReadInBatch ? `select * from ${database}.${model.name}` : model.sql
  try {
    const rows = await appendBatch(lane, model, batch, select)
    return { built: { name: model.name, rows, milliseconds: build.clock() - started }, isStep: isReadInBatch }
  } catch (error) {
    throw modelFailure(model, error)
  }
}

/** Shows what the batches have come to as one; what is kept is one table already. */
async function unite(lane: DuckDBConnection, { model }: Work, { batches }: Site): Promise<void> {
  if (isTable(model) && isKept(model)) return
  const parts = Array.from(
    { length: batches },
    (_, at) => `select * from ${databaseOf(at + 1)}.${model.name}`,
  )
  await lane.run(
    `create view steps.${model.name} as ${isTable(model) ? parts.join(' union all by name ') : model.sql}`,
  )
}

/** By name of a work: the works that nothing reads any more once it is done. */
function dropsAfter(
  works: readonly Work[],
  audited: readonly string[],
  { isStored }: Site,
): Map<string, string[]> {
  const views = new Set(
    works.filter(({ model, isUnion }) => isUnion || !isStored(model)).map(({ name }) => name),
  )
  return lastReads(
    works.map(({ name }) => name),
    new Map(works.map(({ name, reads }) => [name, reads])),
    (name) => views.has(name),
    new Set(audited),
  )
}

/** Reports a model once the last of its works is done, with what all of them came to. */
function reportWhole(works: readonly Work[], build: Build): (built: BuiltModel) => void {
  const left = new Map<string, number>()
  for (const { model, isUnion } of works) if (!isUnion) left.set(model.name, (left.get(model.name) ?? 0) + 1)
  const sums = new Map<string, BuiltModel>()
  return ({ name, rows, milliseconds }) => {
    const before = sums.get(name)
    const sum = {
      name,
      rows: rows === null ? null : rows + (before?.rows ?? 0),
      milliseconds: milliseconds + (before?.milliseconds ?? 0),
    }
    sums.set(name, sum)
    left.set(name, (left.get(name) ?? 0) - 1)
    if (left.get(name) === 0) build.onModel(sum)
  }
}

import { buildModel, planModels } from './build.ts'
import { dropBuild, startBuild } from './catalogFiles.ts'
import { readCorrections } from './corrections.ts'
import { dependenciesOf } from './dependencies.ts'
import { type Engine, type EngineOptions, openEngine } from './engine.ts'
import { areSmall, startCatalog } from './full.ts'
import { type LearnedWeights, writeLearnedWeights } from './likeness.ts'
import { isTable, type Model, readLearning, readModels } from './models.ts'
import { segmentsNow } from './record.ts'
import { TransformError } from './transform-error.ts'

/** What the weights are learned from. */
const source = 'intermediate.link_pairs_compared'

/**
 * Learns from all raw files how much each likeness tells in this account, and keeps it in `<dataDir>/weights.json` for
 * all builds from now on. The same files teach the same.
 * @throws {TransformError} where a model fails, or no two rows are alike
 */
export async function learnWeights(dataDir: string, options: EngineOptions): Promise<LearnedWeights> {
  const building = startBuild(dataDir)
  const engine = await openEngine(`${building}.spill`, options)
  try {
    const models = await planModels(engine.connection, await readModels())
    const corrections = await readCorrections(dataDir)
    const likeness = { threshold: 1, learned: null }
    const segments = segmentsNow(dataDir)
    const isSmall = areSmall(segments)
    const needed = await neededFor(engine, models)
    await startCatalog(
      engine,
      building,
      { dataDir, models, corrections, likeness },
      segments,
      isSmall,
      needed,
    )
    for (const model of models.filter(({ name }) => needed.has(name))) {
      options.signal?.throwIfAborted()
      const isStored = isTable(model) || isSmall
      await buildModel(engine.connection, model, () => 0, { database: 'steps', isStored })
    }
    const [captures] = await engine.rows(
      `select strftime(max(finished_at) at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as read_until
       from raw.captures`,
    )
    const learned = { read_until: String(captures?.read_until), ...(await learnFrom(engine)) }
    await writeLearnedWeights(dataDir, learned)
    return learned
  } finally {
    engine.close()
    await dropBuild(dataDir, building)
  }
}

/** Names of what `source` is built from, and its own. @param models in the order in which they can be built */
async function neededFor(engine: Engine, models: readonly Model[]): Promise<Set<string>> {
  const needed = new Set([source])
  const dependencies = await dependenciesOf(engine.connection, models)
  for (const { name } of models.toReversed()) {
    if (needed.has(name)) for (const other of dependencies.get(name) ?? []) needed.add(other)
  }
  return needed
}

/** Learns from the table `source`. @throws {TransformError} where no two rows are alike */
export async function learnFrom(
  engine: Pick<Engine, 'rows'>,
): Promise<Pick<LearnedWeights, 'pairs' | 'instances' | 'weights'>> {
  const [seen] = await engine.rows(
    `select count(*)::int as pairs, count(distinct instance_key)::int as instances
     from ${source}`,
  )
  if (Number(seen?.pairs) === 0) {
    throw new TransformError(
      'There is nothing to learn from: nobody without registration, account and e-mail has a name like another one.',
    )
  }
  const rows = await engine.rows((await readLearning()).sql)
  return {
    pairs: Number(seen?.pairs),
    instances: Number(seen?.instances),
    weights: rows.map(({ family, feature, level, m, u }) => ({
      family: String(family),
      feature: String(feature),
      level: String(level),
      m: readable(m),
      u: readable(u),
    })),
  }
}

/** Five digits say more than can be learned, and nothing is impossible for not having been seen. */
function readable(share: unknown): number {
  return Math.min(Math.max(Math.round(Number(share) * 1e5) / 1e5, 1e-5), 1 - 1e-5)
}

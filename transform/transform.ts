import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { describeFaults, inspectRaw } from '../extract/raw/inspect.ts'
import { type BuiltModel, planModels } from './build.ts'
import { look, openStandby } from './builtFrom.ts'
import {
  catalogPath,
  cleanLeftOverBuilds,
  copyPublished,
  dropBuild,
  publishCatalog,
  startBuild,
  takeStandby,
} from './catalogFiles.ts'
import { readCorrections } from './corrections.ts'
import { Doubt } from './doubt.ts'
import { type Engine, type EngineOptions, openEngine } from './engine.ts'
import { buildAll } from './full.ts'
import { buildIncrement } from './increment.ts'
import { learnWeights } from './learn.ts'
import { defaultThreshold, type Likeness, likenessPrint, readLearnedWeights } from './likeness.ts'
import { modelFolder, readAudits, readModels } from './models.ts'
import type { Build } from './plannedBuild.ts'
import { fingerprintOf, rawNow } from './record.ts'
import { messageOf, TransformError } from './transform-error.ts'

export interface TransformOptions extends EngineOptions {
  /** Folder with `raw/`; gets `rollcall.duckdb`. */
  dataDir: string
  /**
   * How probable it must be that rows without a strong key are somebody's before they become theirs, above 0 to 1;
   * 1 links nobody by likeness. See `links_followed` and `defaultThreshold`.
   */
  identityThreshold?: number
  /** Learns the weights of likeness from this account first, see `learnWeights`. */
  isLearning?: boolean
  /** Builds everything, also where building what is new would do. */
  isFull?: boolean
  /** Keeps the tables between staging and marts, for a look at how a result came about. Builds everything. */
  isWithSteps?: boolean
  /** A build of everything builds so many captured rows at a time, at most; without it, what memory is enough for. */
  batchRows?: number
}

export interface TransformEffects {
  /** Milliseconds; only for the figures in the result, never for data. */
  clock(): number
  /** Called after each model. */
  onModel?(model: BuiltModel): void
  /** Where the models are; another folder only in tests of this runner. */
  models?: string
}

export interface TransformResult {
  /** `full`: everything was built; `increment`: what is new; `none`: nothing is new. */
  kind: 'full' | 'increment' | 'none'
  /** Why everything was built; null where it was not. */
  reason: string | null
  /** Webinars that were built again by an increment. */
  webinars: number
  models: BuiltModel[]
  /** How many audits passed. */
  audits: number
  catalogPath: string
  milliseconds: number
}

const defaultEffects: TransformEffects = { clock: () => performance.now() }

/**
 * Brings the catalog `<dataDir>/rollcall.duckdb` up to date with the raw files: builds the models of the webinars that
 * new files say something about, or all of them, audits the result and replaces the catalog.
 *
 *   looked at ──nothing new──────────────────────────────────────────▶ done
 *      ├──standby or copy──▶ increment ──audited──▶ published (fsync, rename)
 *      │                        └──doubt, any failure──┐
 *      └──other models, settings, lost files──▶ building everything ──audited──▶ published
 *                                                  └── failure, abort, crash ──▶ dropped (the last good catalog stays)
 *
 * A pure function of the raw files, whichever way was taken: the same files give the same rows of the marts. Throws a
 * `TransformError` when a model or audit fails, a `RangeError` on a bad threshold, the signal's reason when aborted.
 */
export async function transform(
  options: TransformOptions,
  effects: TransformEffects = defaultEffects,
): Promise<TransformResult> {
  const started = effects.clock()
  const dataDir = resolve(options.dataDir)
  options.signal?.throwIfAborted()
  const { identityThreshold = defaultThreshold } = options
  if (!(identityThreshold > 0 && identityThreshold <= 1)) {
    throw new RangeError(`identityThreshold must be above 0 and at most 1, got ${identityThreshold}`)
  }
  await mkdir(dataDir, { recursive: true })
  await cleanLeftOverBuilds(dataDir)
  await refuseDamage(dataDir, false)
  try {
    if (options.isLearning) await learnWeights(dataDir, options)
    const likeness = { threshold: identityThreshold, learned: await readLearnedWeights(dataDir) }
    const built = await buildSomehow({ ...options, dataDir, likeness }, effects)
    return { ...built, catalogPath: catalogPath(dataDir), milliseconds: effects.clock() - started }
  } catch (error) {
    options.signal?.throwIfAborted()
    if (isDiskFull(error)) {
      throw new TransformError(
        `The disk is full: free space in ${dataDir} and run \`rollcall transform\` again. The catalog still shows the last good run (${messageOf(error)})`,
        { cause: error },
      )
    }
    await refuseDamage(dataDir, true, error)
    throw error
  }
}

/** DuckDB tells it in words only. */
function isDiskFull(error: unknown): boolean {
  return /No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/i.test(messageOf(error))
}

/**
 * Without a file that was whole once, the models would be built from less than there was. It is set aside, and the
 * next sync reads again what it held. A failed build is looked into more closely: a damaged file is the likeliest cause.
 */
async function refuseDamage(dataDir: string, isThorough: boolean, cause?: unknown): Promise<void> {
  const faults = await inspectRaw(dataDir, { isThorough })
  if (faults.length === 0) return
  throw new TransformError(
    `${describeFaults(faults)}\nThe catalog and the warehouse keep the last good run. Run \`rollcall sync\` to read again what is missing.`,
    { cause },
  )
}

type Built = Omit<TransformResult, 'catalogPath' | 'milliseconds'>

/** The options as they are: the data folder absolute, the settings read. */
type Settled = TransformOptions & { likeness: Likeness }

async function buildSomehow(options: Settled, effects: TransformEffects): Promise<Built> {
  const { dataDir, isFull = false, isWithSteps = false } = options
  let reason = isFull || isWithSteps ? 'it was asked for' : null
  if (reason === null) {
    try {
      return await buildWhatIsNew(options, effects)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (isDiskFull(error)) throw error
      // A build of everything repeats a failure that is real, and heals one of the increment.
      reason = messageOf(error)
    }
  }
  const building = startBuild(dataDir)
  try {
    const models: BuiltModel[] = []
    let audits = 0
    await withEngine(`${building}.spill`, options, async (engine) => {
      const build = await planBuild(engine, options, effects, models)
      audits = build.audits.length
      await buildAll(engine, building, { ...build, isWithSteps })
    })
    options.signal?.throwIfAborted()
    await publishCatalog(dataDir, building, true)
    return { kind: 'full', reason, webinars: 0, models, audits }
  } catch (error) {
    await dropBuild(dataDir, building)
    throw error
  }
}

/** @throws Doubt where everything has to be built */
async function buildWhatIsNew(options: Settled, effects: TransformEffects): Promise<Built> {
  const { dataDir } = options
  if (!existsSync(catalogPath(dataDir))) throw new Doubt('there is no catalog yet')
  const spill = startBuild(dataDir)
  let building: string | null = null
  try {
    return await withEngine(`${spill}.spill`, options, async (engine) => {
      const models: BuiltModel[] = []
      const build = await planBuild(engine, options, effects, models)
      const raw = rawNow(dataDir)
      const published = await look(engine, catalogPath(dataDir), raw, build.fingerprint)
      if (published.segments.length === 0) {
        return { kind: 'none', reason: null, webinars: 0, models, audits: 0 }
      }
      for (const take of [takeStandby, copyPublished]) {
        building = await take(dataDir)
        if (building === null) continue
        // A reader that still has the file open keeps it from being written.
        const older = await openStandby(engine, building, raw, build.fingerprint, published.state.lineage)
        if (older === null) {
          await dropBuild(dataDir, building)
          continue
        }
        const version = Math.max(older.state.version, published.state.version) + 1
        const segments = [...raw.segments.values()]
        const { webinars } = await buildIncrement(engine, build, segments, older, version)
        options.signal?.throwIfAborted()
        await publishCatalog(dataDir, building, false)
        return { kind: 'increment', reason: null, webinars, models, audits: build.audits.length }
      }
      throw new Doubt('there is no catalog to go on from')
    })
  } catch (error) {
    if (building !== null) await dropBuild(dataDir, building)
    throw error
  } finally {
    await dropBuild(dataDir, spill)
  }
}

async function withEngine<T>(
  spill: string,
  options: TransformOptions,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await openEngine(spill, options)
  try {
    return await work(engine)
  } finally {
    engine.close()
  }
}

async function planBuild(
  engine: Engine,
  options: Settled,
  effects: TransformEffects,
  built: BuiltModel[],
): Promise<Build> {
  const { dataDir, likeness } = options
  const folder = effects.models ?? modelFolder
  const models = await planModels(engine.connection, await readModels(folder))
  const audits = await readAudits(folder)
  const corrections = await readCorrections(dataDir)
  const settings = { dataDir, likeness: likenessPrint(likeness), corrections }
  return {
    models,
    audits,
    fingerprint: await fingerprintOf(engine, [...models, ...audits], settings),
    dataDir,
    corrections,
    likeness,
    isWithSteps: false,
    batchRows: options.batchRows,
    signal: options.signal,
    clock: effects.clock,
    onModel(model) {
      effects.onModel?.(model)
      built.push(model)
    },
  }
}

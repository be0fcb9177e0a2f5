import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { describeFaults, inspectRaw } from '../extract/raw/inspect.ts'
import { rawViewSql } from '../extract/raw/views.ts'
import { runAudit } from './audit.ts'
import { type BuiltModel, buildModel, planModels } from './build.ts'
import { cleanLeftOverBuilds, dropBuild, publishCatalog, startBuild } from './catalog.ts'
import { correctionsTableSql, readCorrections } from './corrections.ts'
import { modelFolder, readAudits, readModels } from './models.ts'
import { quoteLiteral } from './sql-text.ts'
import { messageOf, TransformError } from './transform-error.ts'

export interface TransformOptions {
  /** Folder with `raw/`; gets `rollcall.duckdb`. */
  dataDir: string
  /** As DuckDB takes it, for example `4GB`. Without it DuckDB takes 80 % of the machine. */
  memoryLimit?: string
  threads?: number
  /**
   * How probable it must be that rows without a strong key are somebody's before they become theirs, above 0 to 1.
   * Default 1: nothing is linked by probability. 0.9 links most rejoins under a respelled name and, at 288,000
   * participants, joined two people who were two; see `links_followed`.
   */
  identityThreshold?: number
  signal?: AbortSignal
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
  models: BuiltModel[]
  /** How many audits passed. */
  audits: number
  catalogPath: string
  milliseconds: number
}

const defaultEffects: TransformEffects = { clock: () => performance.now() }

/**
 * Builds all models from the raw files, audits them and replaces the catalog `<dataDir>/rollcall.duckdb`.
 *
 * building --all models--> auditing --all pass--> published (fsync, rename)
 *     \------- failure, abort, crash --------> dropped (the last good catalog stays)
 *
 * A pure function of the raw files: the same files give the same rows in the same order. Throws a `TransformError`
 * when a model or audit fails, a `RangeError` on a bad threshold, the signal's reason when aborted.
 */
export async function transform(
  options: TransformOptions,
  effects: TransformEffects = defaultEffects,
): Promise<TransformResult> {
  const started = effects.clock()
  const dataDir = resolve(options.dataDir)
  options.signal?.throwIfAborted()
  const { identityThreshold = 1 } = options
  if (!(identityThreshold > 0 && identityThreshold <= 1)) {
    throw new RangeError(`identityThreshold must be above 0 and at most 1, got ${identityThreshold}`)
  }
  await mkdir(dataDir, { recursive: true })
  await cleanLeftOverBuilds(dataDir)
  await refuseDamage(dataDir, false)
  const building = startBuild(dataDir)
  try {
    const built = await buildCatalog(building, { ...options, dataDir }, effects)
    options.signal?.throwIfAborted()
    const catalogPath = await publishCatalog(dataDir, building)
    return { ...built, catalogPath, milliseconds: effects.clock() - started }
  } catch (error) {
    await dropBuild(dataDir, building)
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

async function buildCatalog(
  building: string,
  options: TransformOptions,
  effects: TransformEffects,
): Promise<{ models: BuiltModel[]; audits: number }> {
  const folder = effects.models ?? modelFolder
  const instance = await DuckDBInstance.create(':memory:', settings(building, options))
  const connection = await instance.connect()
  const interrupt = () => connection.interrupt()
  options.signal?.addEventListener('abort', interrupt)
  try {
    await openCatalog(connection, building, options.dataDir)
    const { identityThreshold } = options
    if (identityThreshold !== undefined)
      await connection.run(`set variable identity_threshold = ${identityThreshold}`)
    const models: BuiltModel[] = []
    for (const model of await planModels(connection, await readModels(folder))) {
      options.signal?.throwIfAborted()
      const built = await buildModel(connection, model, effects.clock)
      effects.onModel?.(built)
      models.push(built)
    }
    const audits = await readAudits(folder)
    for (const audit of audits) {
      options.signal?.throwIfAborted()
      await runAudit(connection, audit)
    }
    await connection.run('use memory')
    await connection.run('checkpoint rollcall')
    await connection.run('detach rollcall')
    return { models, audits: audits.length }
  } finally {
    options.signal?.removeEventListener('abort', interrupt)
    connection.closeSync()
    instance.closeSync()
  }
}

function settings(building: string, options: TransformOptions): Record<string, string> {
  return {
    // Nothing may be fetched at run time: what a model needs is built into the engine.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    temp_directory: `${building}.spill`,
    ...(options.memoryLimit === undefined ? {} : { memory_limit: options.memoryLimit }),
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
  }
}

/**
 * Attaches the file under the name it will have once renamed, because DuckDB writes the database's name into the
 * views it stores.
 */
async function openCatalog(connection: DuckDBConnection, building: string, dataDir: string): Promise<void> {
  try {
    await connection.run("set TimeZone = 'UTC'")
    await connection.run(`attach ${quoteLiteral(building)} as rollcall`)
    await connection.run('use rollcall')
    for (const schema of ['raw', 'staging', 'intermediate', 'marts']) {
      await connection.run(`create schema if not exists ${schema}`)
    }
    for (const statement of rawViewSql(dataDir)) await connection.run(statement)
    await connection.run(correctionsTableSql(await readCorrections(dataDir)))
  } catch (error) {
    if (error instanceof TransformError) throw error
    throw new TransformError(
      `the catalog in ${dataDir} could not be started: ${messageOf(error)}. See that the folder can be written and that its raw files are whole.`,
      { cause: error },
    )
  }
}

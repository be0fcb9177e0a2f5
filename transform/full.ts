import { statSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import { listSegments, lostCaptures } from '../extract/raw/views.ts'
import { type Stream, streams } from '../extract/streams.ts'
import { runAudit } from './audit.ts'
import { databaseOf, planBatches, startBatch } from './batches.ts'
import { buildModel } from './build.ts'
import { buildWorks, isInCatalog } from './buildWorks.ts'
import { correctionsTableSql } from './corrections.ts'
import { dependenciesOf } from './dependencies.ts'
import { type Engine, rowsOfThreadMin } from './engine.ts'
import { workInLanes } from './lanes.ts'
import { likenessTablesSql } from './likeness.ts'
import { isTable, type Model } from './models.ts'
import type { Build, Source } from './plannedBuild.ts'
import { showRaw } from './rawViews.ts'
import {
  createRecord,
  isRecorded,
  lineageOf,
  pathInRaw,
  readAlike,
  recordSegments,
  type Segment,
  segmentsNow,
  storedRowsSql,
  writeState,
} from './record.ts'
import { countRows, layers, readColumns } from './scope.ts'
import { quoteLiteral } from './sql-text.ts'
import { messageOf, TransformError } from './transform-error.ts'

/** Raw files up to this size are read into memory once; beyond it models read the files. */
const smallBytesMax = 32 * 1024 * 1024

export function areSmall(segments: readonly Segment[]): boolean {
  return segments.reduce((sum, { path }) => sum + statSync(path).size, 0) <= smallBytesMax
}

/**
 * Most of a small table is the rest of its block. Of a long one a day reads rows all over it, block by block, and holds a
 * block in memory for every column it adds to: a quarter of DuckDB's own size halves what is read for that.
 */
const blockBytes = (isSmall: boolean) => (isSmall ? 16_384 : 65_536)

/** Builds everything from all raw files into a new catalog, and audits it. @param building a file that is not there yet */
export async function buildAll(engine: Engine, building: string, build: Build): Promise<void> {
  const segments = segmentsNow(build.dataDir)
  const isSmall = areSmall(segments)
  const isStored = (model: Model) => isTable(model) || isSmall
  const isRead = await readByAnybody(engine, build)
  await startCatalog(engine, building, build, segments, isSmall, isRead)
  const batches = await prepareBatches(engine, build, isRead)
  const lanes = await openLanes(engine, batches)
  // A view for people alone is made at the end.
  const models = build.models.filter((model) => isTable(model) || isRead.has(model.name))
  await buildWorks(engine, build, models, { lanes, path: buildingPath, batches: batches.length, isStored })
  for (const lane of lanes) await lane.run(`set search_path = '${buildingPath}'`)
  await auditInLanes(engine, build, lanes)
  await finishCatalog(engine, build, segments, isRead)
  await engine.run("set search_path = 'memory.main'")
  if (batches.length > 1) for (const at of batches.keys()) await engine.run(`detach ${databaseOf(at + 1)}`)
  await engine.run('detach steps')
  await engine.run('checkpoint rollcall')
  await engine.run('detach rollcall')
}

/** About what a captured row takes where two models are built at once and nothing is spilled: measured at 15 million. */
const bytesPerRow = 1000

/**
 * What fits into memory is built in one go, a longer history in batches: to spill what models hold takes half as much
 * processor time again.
 * @returns the rows of each batch
 */
async function prepareBatches(engine: Engine, build: Build, isRead: ReadonlySet<string>): Promise<number[]> {
  const rowsMax = build.batchRows ?? (await memoryLimit(engine)) / bytesPerRow
  const rows = await countRows(engine)
  // Two statements still run side by side.
  await engine.workAlone(rows < rowsOfThreadMin)
  if (rows <= rowsMax) return [rows]
  await engine.spareMemory()
  // A step of a batch has keys that only it can tell apart from another's.
  if (build.isWithSteps) return [rows]
  const batches = await planBatches(engine, rowsMax)
  if (batches.length > 1) for (const at of batches.keys()) await startBatch(engine, at + 1, isRead)
  return batches
}

async function memoryLimit(engine: Engine): Promise<number> {
  const [limit] = await engine.rows(`select parse_formatted_bytes(current_setting('memory_limit')) as bytes`)
  return Number(limit?.bytes)
}

/**
 * Connections that build side by side: many a model has steps that one thread does alone, or waits for the disk. More
 * than two would want more memory, and there is seldom more that could be built at once. Where two models would not
 * fit into memory, one is built at a time.
 */
async function openLanes(engine: Engine, batches: readonly number[]): Promise<DuckDBConnection[]> {
  const isRoomy = Math.max(...batches) * bytesPerRow <= (await memoryLimit(engine))
  if (engine.threads === 1 || !isRoomy) return [engine.connection]
  const beside = await engine.connect()
  await beside.run(`set search_path = '${buildingPath}'`)
  return [engine.connection, beside]
}

async function auditInLanes(engine: Engine, build: Build, lanes: readonly DuckDBConnection[]): Promise<void> {
  const audits = new Map(build.audits.map((one) => [one.name, one]))
  const run = async (name: string, lane: DuckDBConnection) => {
    build.signal?.throwIfAborted()
    await runAudit(lane, audits.get(name) as Model)
  }
  await workInLanes([...audits.keys()], new Map(), lanes, run, engine.shareThreads)
}

/** The tables that a model or an audit reads. */
async function readByAnybody(engine: Engine, { models, audits }: Build): Promise<Set<string>> {
  const reads = await dependenciesOf(engine.connection, [...models, ...audits])
  return new Set([...reads.values()].flat())
}

/** Runs all audits on what the search path shows. */
export async function audit(engine: Engine, build: Build): Promise<void> {
  for (const one of build.audits) {
    build.signal?.throwIfAborted()
    await runAudit(engine.connection, one)
  }
}

/** What models are built from and what nobody needs later: schemas of the database `steps`. */
const stepLayers = ['raw', 'staging', 'intermediate'] as const

/** Where models find what they read, while building. */
const buildingPath = [
  'steps.raw',
  'rollcall.raw',
  'steps.staging',
  'rollcall.staging',
  'steps.intermediate',
  'rollcall.intermediate',
  'rollcall.marts',
].join(',')

/**
 * Attaches the file under the name it will have once renamed, because DuckDB writes the database's name into the
 * views it stores. What nobody needs later goes into a database of its own in memory, which spills to disk: packing it
 * for a file would take longer than making it. A file that is dropped whenever something fails needs no log of what was
 * written to it.
 */
export async function startCatalog(
  engine: Engine,
  building: string,
  build: Source,
  segments: readonly Segment[],
  isSmall: boolean,
  isRead: ReadonlySet<string>,
): Promise<void> {
  const { dataDir, corrections, likeness } = build
  try {
    await engine.run(
      `attach ${quoteLiteral(building)} as rollcall (recovery_mode 'no_wal_writes', block_size ${blockBytes(isSmall)})`,
    )
    await engine.run("attach ':memory:' as steps")
    for (const layer of layers) await engine.run(`create schema rollcall.${layer}`)
    for (const layer of stepLayers) await engine.run(`create schema steps.${layer}`)
    await engine.run(correctionsTableSql('rollcall', corrections))
    for (const statement of likenessTablesSql('rollcall', likeness)) await engine.run(statement)
    await createRecord(engine, 'rollcall')
    await recordSegments(engine, 'rollcall', dataDir, segments)
    const alike = await readAlike(engine)
    for (const stream of streams.filter((stream) => isRead.has(`raw.${stream}`))) {
      await engine.run(inputSql(build, stream, alike, isSmall))
    }
    await engine.run(`set search_path = '${buildingPath}'`)
  } catch (error) {
    throw new TransformError(
      `the catalog in ${dataDir} could not be started: ${messageOf(error)}. See that the folder can be written and that its raw files are whole.`,
      { cause: error },
    )
  }
}

/** The statement that makes `steps.raw.<stream>`, from which the models are built. */
function inputSql(
  { dataDir, models }: Source,
  stream: Stream,
  alike: ReadonlySet<string>,
  isSmall: boolean,
): string {
  const name = `steps.raw.${stream}`
  if (isRecorded(stream)) {
    return `create view ${name} as select * from rollcall.builds.${stream}`
  }
  const paths = listSegments(dataDir, stream)
  const rows = storedRowsSql(dataDir, stream, paths, alike)
  const committed = 'capture_id in (select captures.capture_id from rollcall.builds.captures)'
  return isSmall
    ? `create table ${name} as select ${readColumns(stream, models)} from (${rows}) where ${committed}`
    : `create view ${name} as select * from (${rows}) where ${committed}`
}

/** The views over the raw files, and over these, and what every table and view is: for whoever opens the catalog. */
async function finishCatalog(
  engine: Engine,
  build: Build,
  segments: readonly Segment[],
  isRead: ReadonlySet<string>,
): Promise<void> {
  const { dataDir, fingerprint, models } = build
  const path = layers.map((layer) => `rollcall.${layer}`).join(',')
  await engine.run(`set search_path = '${path}'`)
  const alike = await readAlike(engine)
  await engine.run('begin')
  for (const stream of ['captures', ...streams.filter((stream) => stream !== 'captures')] as Stream[]) {
    await showRaw(engine, dataDir, stream, segments, alike)
  }
  for (const model of models) {
    const isView = !isTable(model)
    if (isView) {
      const place = { database: 'rollcall', isStored: false }
      const built = await buildModel(engine.connection, model, build.clock, place)
      if (!isRead.has(model.name)) build.onModel(built)
    }
    if (isView || isInCatalog(model, build)) {
      const kind = isView ? 'view' : 'table'
      await engine.run(`comment on ${kind} rollcall.${model.name} is ${quoteLiteral(model.header)}`)
    }
  }
  const lost = lostCaptures(dataDir)
  const lineage = lineageOf(
    fingerprint,
    segments.map(({ path }) => pathInRaw(dataDir, path)),
    lost,
  )
  await writeState(engine, 'rollcall', { fingerprint, lineage, version: 1, lost })
  await engine.run('commit')
}

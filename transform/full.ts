import { listSegments, lostCaptures, segmentRowsSql } from '../extract/raw/views.ts'
import { type Stream, streams } from '../extract/streams.ts'
import { runAudit } from './audit.ts'
import { type BuiltModel, buildModel } from './build.ts'
import { type Correction, correctionsTableSql } from './corrections.ts'
import type { Engine } from './engine.ts'
import { isKept, type Model } from './models.ts'
import {
  createRecord,
  lineageOf,
  pathInRaw,
  recordSegments,
  type Segment,
  segmentsNow,
  writeState,
} from './record.ts'
import { layers } from './scope.ts'
import { quoteList, quoteLiteral } from './sql-text.ts'
import { messageOf, TransformError } from './transform-error.ts'

export interface Build {
  /** In the order in which they can be built. */
  models: readonly Model[]
  audits: readonly Model[]
  fingerprint: string
  dataDir: string
  /** What the user decided about who is who. */
  corrections: readonly Correction[]
  /** Keeps the tables that are only steps to others. */
  isWithSteps: boolean
  signal?: AbortSignal
  clock(): number
  onModel(model: BuiltModel): void
}

/** Builds everything from all raw files into a new catalog, and audits it. @param building a file that is not there yet */
export async function buildAll(engine: Engine, building: string, build: Build): Promise<void> {
  await createCatalog(engine, building, build)
  const segments = segmentsNow(build.dataDir)
  for (const model of build.models) {
    build.signal?.throwIfAborted()
    const database = isKept(model) || build.isWithSteps ? 'rollcall' : 'steps'
    build.onModel(await buildModel(engine.connection, model, build.clock, database))
  }
  await audit(engine, build)
  await recordAll(engine, build, segments)
  await engine.run("set search_path = 'memory.main'")
  // Detaching writes a file out; of what is dropped next, nothing has to be.
  await engine.run('drop schema steps.intermediate cascade')
  await engine.run('detach steps')
  await engine.run('checkpoint rollcall')
  await engine.run('detach rollcall')
}

/** Runs all audits on what the search path shows. */
export async function audit(engine: Engine, build: Build): Promise<void> {
  for (const one of build.audits) {
    build.signal?.throwIfAborted()
    await runAudit(engine.connection, one)
  }
}

/**
 * Attaches the file under the name it will have once renamed, because DuckDB writes the database's name into the
 * views it stores. Tables that nobody needs later go into a file of their own, so that the catalog is no larger than
 * what it holds.
 */
async function createCatalog(
  engine: Engine,
  building: string,
  { dataDir, corrections }: Build,
): Promise<void> {
  try {
    await engine.run(`attach ${quoteLiteral(building)} as rollcall`)
    await engine.run(`attach ${quoteLiteral(`${building}.steps`)} as steps`)
    for (const layer of layers) await engine.run(`create schema rollcall.${layer}`)
    await engine.run('create schema steps.intermediate')
    const path = [
      'rollcall.raw',
      'rollcall.staging',
      'rollcall.intermediate',
      'steps.intermediate',
      'rollcall.marts',
    ]
    await engine.run(`set search_path = '${path.join(',')}'`)
    for (const stream of ['captures', ...streams.filter((stream) => stream !== 'captures')] as Stream[]) {
      await engine.run(rawView(dataDir, stream, new Set()))
    }
    await engine.run(correctionsTableSql(corrections))
  } catch (error) {
    throw new TransformError(
      `the catalog in ${dataDir} could not be started: ${messageOf(error)}. See that the folder can be written and that its raw files are whole.`,
      { cause: error },
    )
  }
}

/**
 * The statement that (re)creates `rollcall.raw.<stream>`, see `rawViewSql`.
 * @param alike paths below `raw/` of segments known to have the declared columns; the others are opened to find out
 */
export function rawView(dataDir: string, stream: Stream, alike: ReadonlySet<string>): string {
  const paths = listSegments(dataDir, stream)
  const known = paths.filter((path) => alike.has(pathInRaw(dataDir, path)))
  const others = paths.filter((path) => !alike.has(pathInRaw(dataDir, path)))
  const parts = [segmentRowsSql(stream, known, true)]
  if (others.length > 0 || known.length === 0) parts.push(segmentRowsSql(stream, others))
  const rows = parts.slice(known.length === 0 ? 1 : 0).join(' union all by name ')
  const committed =
    stream === 'captures'
      ? `not list_contains(${quoteList(lostCaptures(dataDir))}, capture_id)`
      : 'capture_id in (select captures.capture_id from rollcall.raw.captures)'
  return `create or replace view rollcall.raw.${stream} as select * from (${rows}) where ${committed}`
}

async function recordAll(engine: Engine, build: Build, segments: readonly Segment[]): Promise<void> {
  const { dataDir, fingerprint } = build
  await createRecord(engine, 'rollcall')
  await recordSegments(engine, 'rollcall', dataDir, segments)
  const lost = lostCaptures(dataDir)
  const lineage = lineageOf(
    fingerprint,
    segments.map(({ path }) => pathInRaw(dataDir, path)),
    lost,
  )
  await writeState(engine, 'rollcall', { fingerprint, lineage, version: 1, lost })
}

import { join, resolve } from 'node:path'
import { segmentRowsSql } from '../extract/raw/views.ts'
import { type Stream, streams } from '../extract/streams.ts'
import { correctionsTableSql } from './corrections.ts'
import { Doubt } from './doubt.ts'
import type { Engine } from './engine.ts'
import { likenessTablesSql } from './likeness.ts'
import { liveCaptures } from './liveReadings.ts'
import { memoryOfThreads } from './memory.ts'
import type { Model } from './models.ts'
import type { Source } from './plannedBuild.ts'
import { isRecorded, type RecordedStream, recordedStreams } from './record.ts'
import { quoteLiteral } from './sql-text.ts'
import { unitOfCapture } from './units.ts'

/** From here on a scope that is the larger part of everything is not worth being a scope. */
const worthwhileRowsMin = 200_000

/** Schemas of a database that models are built in. */
export const layers = ['raw', 'staging', 'intermediate', 'marts'] as const

/** Attaches an empty database in memory for a scope's models, under the name `scratch`. */
export async function attachScratch(engine: Engine): Promise<void> {
  await engine.run("attach ':memory:' as scratch")
  for (const layer of layers) await engine.run(`create schema scratch.${layer}`)
  await engine.run(`set search_path = '${layers.map((layer) => `scratch.${layer}`).join(',')}'`)
}

/**
 * Fills `scratch.raw` with what is known about the `touched_units` and with account-wide lists, from the record in
 * `rollcall.builds` and the segments it names. The models, built on it, give what they would give of everything, for
 * these units.
 * @param isLive leaves out lists that say nothing to a build, see liveReadings.ts
 */
export async function fillScope(
  engine: Engine,
  { dataDir, models, corrections, likeness }: Source,
  isLive: boolean,
): Promise<void> {
  await engine.run(correctionsTableSql('scratch', corrections))
  for (const statement of likenessTablesSql('scratch', likeness)) await engine.run(statement)
  const units = 'select touched_units.unit from touched_units'
  const captures = isLive
    ? `${await liveCaptures(engine)} order by capture_id`
    : recordedOf('captures', units)
  await engine.run(`create or replace table scratch.raw.captures as ${captures}`)
  const files = await filesOfScope(engine)
  for (const stream of streams) {
    if (stream === 'captures') continue
    if (isRecorded(stream)) {
      // Of each list of users all of them are recorded, list by list.
      const read = stream === 'users' ? ' semi join scratch.raw.captures using (capture_id)' : ''
      await engine.run(`create table scratch.raw.${stream} as ${recordedOf(stream, units)}${read}`)
      continue
    }
    const mine = files.filter((file) => file.stream === stream)
    const paths = mine.map((file) => join(resolve(dataDir), 'raw', ...file.path.split('/')))
    const list = mine.flatMap((file) => file.captures).map(quoteLiteral)
    const isOfScope = list.length === 0 ? 'false' : `capture_id in (${list.join(', ')})`
    await engine.run(
      `create table scratch.raw.${stream} as
       select ${readColumns(stream, models)} from (${segmentRowsSql(stream, paths)}) where ${isOfScope}`,
    )
  }
}

/**
 * A SELECT of the recorded rows of a stream that concern some webinars, with all account-wide lists.
 * @param units a SELECT of their units, -1 among them
 */
export function recordedOf(stream: RecordedStream, units: string): string {
  const all = `select * from rollcall.builds.${stream}`
  if (stream === 'captures') return `${all} where ${unitOfCapture} in (${units}) order by capture_id`
  return stream === 'users' ? all : `${all} where coalesce(webinar_id, 0) in (${units})`
}

interface ScopeFile {
  stream: string
  /** Below `raw/`. */
  path: string
  /** Those of its captures that are in the scope. */
  captures: string[]
}

/** The segments with rows of the captures in `scratch.raw.captures`, but for streams of which the catalog has all rows. */
async function filesOfScope(engine: Engine): Promise<ScopeFile[]> {
  const recorded = recordedStreams.map(quoteLiteral).join(', ')
  const rows = await engine.rows(
    `select files.stream, files.path, list(files.capture_id order by files.capture_id) as captures
     from rollcall.builds.capture_files as files
     inner join (
         -- Those of lists are of all times, and no part of the table could be passed over.
         select capture_id from scratch.raw.captures where stream not in (${recorded})
     ) as captures using (capture_id)
     where files.stream not in (${recorded})
     group by files.stream, files.path
     order by files.stream, files.path`,
  )
  return rows.map(({ stream, path, captures }) => ({
    stream: String(stream),
    path: String(path),
    captures: captures as string[],
  }))
}

/** What of a stream's rows models read: the text of every row is the larger part of it, and no model needs it. */
export function readColumns(stream: Stream, models: readonly Model[]): string {
  const isRawRead = models.some(({ schema, sql }) => schema === 'staging' && /\braw\b(?!\s*\.)/.test(sql))
  return isRawRead || stream === 'pages' ? '*' : '* replace (null::varchar as raw)'
}

/** How many rows were captured in all. */
export async function countRows(engine: Engine): Promise<number> {
  const [size] = await engine.rows(
    'select coalesce(sum(captured_rows), 0)::double as rows from rollcall.builds.captures',
  )
  return Number(size?.rows)
}

/**
 * How many rows were captured about the `touched_units`, but for account-wide lists: of these, a scope gets what they say
 * about its webinars.
 * @throws Doubt where that is the larger part of a history that is not small
 */
export async function measureScope(engine: Engine): Promise<number> {
  const [size] = await engine.rows(
    `select coalesce(sum(captured_rows), 0)::double as rows
     from rollcall.builds.captures
     where ${unitOfCapture} in (select unit from touched_units where unit <> -1)`,
  )
  const rows = Number(size?.rows)
  if (rows > worthwhileRowsMin && rows > (await countRows(engine)) / 2) {
    throw new Doubt('most of the account has changed')
  }
  return rows
}

/** In bytes, nearly twice what a scope was seen to need. Less is slower, since what does not fit waits on disk. */
export function memoryOfScope(rows: number, threads: number): number {
  return memoryOfThreads(threads) + 2000 * rows
}

import { createHash } from 'node:crypto'
import { join, resolve, sep } from 'node:path'
import { columnsOf } from '../extract/raw/columns.ts'
import { escapeGlob, listSegments, lostCaptures, segmentRowsSql } from '../extract/raw/views.ts'
import { type Stream, streams } from '../extract/streams.ts'
import type { Engine } from './engine.ts'
import type { Model } from './models.ts'
import { quoteList, quoteLiteral } from './sql-text.ts'

/*
 * What a catalog says about how it came to be, in its schema `builds`: enough for the next build to find out what is
 * new without reading what is old.
 *
 *   state          one row: fingerprint of models and settings, lineage and version (see `nextVersion`), lost captures
 *   segments       every raw segment it was built from; `is_alike`: has exactly the declared columns
 *   capture_files  which segment holds the rows of which capture
 *   captures, instances, webinars, users
 *                  the raw rows of these streams. Each of their segments holds a little about everything, so that
 *                  one webinar's rows would be found by reading them all
 *   changes        what each version changed: units of publishing (ids of instances, webinars, accounts), persons and
 *                  aliases, and those of both that are gone
 */

/** Streams whose raw rows are kept in the catalog. */
export const recordedStreams = ['captures', 'instances', 'webinars', 'users'] as const satisfies Stream[]
export type RecordedStream = (typeof recordedStreams)[number]

export function isRecorded(stream: Stream): stream is RecordedStream {
  return (recordedStreams as readonly Stream[]).includes(stream)
}

/** Segments that no model may read; they are listed for the views only. */
const bookkeeping: readonly Stream[] = ['pages', 'rejects']

/** Raised when what is in `builds` changes its meaning: older catalogs are then built anew. */
const recordFormat = 6

export interface BuildState {
  fingerprint: string
  /** Catalogs of one lineage continue each other; another lineage says nothing about this one's versions. */
  lineage: string
  version: number
  /** Captures that were left out because a file of theirs was damaged. */
  lost: string[]
}

export interface Segment {
  stream: Stream
  /** Absolute. */
  path: string
}

/** Models, settings and everything else beside the raw files that decides what is built. */
export async function fingerprintOf(
  engine: Engine,
  models: readonly Model[],
  settings: Readonly<Record<string, unknown>>,
): Promise<string> {
  const [version] = await engine.rows('select version() as version')
  const parts = [
    recordFormat,
    // hash() may differ between versions of DuckDB, and views name their files.
    version,
    settings,
    streams.map((stream) => [stream, columnsOf(stream)]),
    models.map(({ name, sql, header }) => [name, sql, header]),
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** All segments there are now, sorted by stream and path. */
export function segmentsNow(dataDir: string): Segment[] {
  return streams.flatMap((stream) => listSegments(dataDir, stream).map((path) => ({ stream, path })))
}

/** The raw zone as it is now. */
export interface RawNow {
  /** By path below `raw/`. */
  segments: Map<string, Segment>
  /** Captures that lost rows with a damaged file. */
  lost: string[]
}

export function rawNow(dataDir: string): RawNow {
  const segments = segmentsNow(dataDir).map((segment) => [pathInRaw(dataDir, segment.path), segment] as const)
  return { segments: new Map(segments), lost: lostCaptures(dataDir) }
}

/** The state of an attached catalog, or null where it has none or its `builds` cannot be read. */
export async function readState(engine: Engine, database: string): Promise<BuildState | null> {
  const known = await engine.rows(
    `select 1 from duckdb_tables() where database_name = ${quoteLiteral(database)}
     and schema_name = 'builds' and table_name = 'state'`,
  )
  if (known.length === 0) return null
  const [row] = await engine.rows(`select * from ${database}.builds.state`)
  if (row === undefined) return null
  return {
    fingerprint: String(row.fingerprint),
    lineage: String(row.lineage),
    version: Number(row.version),
    lost: (row.lost as string[]) ?? [],
  }
}

/** The segments an attached catalog was built from: paths below `raw/`. */
export function readSegments(engine: Engine, database: string): Promise<Set<string>> {
  return readPaths(engine, `select path from ${database}.builds.segments`)
}

/** Of the catalog that is being built: paths below `raw/` of the segments that have exactly the declared columns. */
export function readAlike(engine: Engine): Promise<Set<string>> {
  return readPaths(engine, 'select path from rollcall.builds.segments where is_alike')
}

/** All in one text, which of ten thousands takes a tenth of the time. */
async function readPaths(engine: Engine, select: string): Promise<Set<string>> {
  const [row] = await engine.rows(`select string_agg(path, '\n') as paths from (${select})`)
  return new Set(typeof row?.paths === 'string' ? row.paths.split('\n') : [])
}

/**
 * A SELECT of all rows of a stream's segments, committed or not.
 * @param alike paths below `raw/` of segments known to have the declared columns; the others are opened to find out
 */
export function storedRowsSql(
  dataDir: string,
  stream: Stream,
  paths: readonly string[],
  alike: ReadonlySet<string>,
): string {
  const isAlike = (path: string) => alike.has(pathInRaw(dataDir, path))
  const others = paths.filter((path) => !isAlike(path))
  if (others.length === 0 && paths.length > 0) return segmentRowsSql(stream, paths, true)
  if (others.length === paths.length) return segmentRowsSql(stream, others)
  return `${segmentRowsSql(stream, paths.filter(isAlike), true)} union all by name ${segmentRowsSql(stream, others)}`
}

/** How long the path of a data folder's `raw/` is: a long history asks for it thousands of times. */
const lengthsOfRaw = new Map<string, number>()

/** Path below `raw/`, with `/`: what is recorded, so that a data folder means the same wherever it is looked at from. */
export function pathInRaw(dataDir: string, path: string): string {
  const length = lengthsOfRaw.get(dataDir) ?? join(resolve(dataDir), 'raw').length
  lengthsOfRaw.set(dataDir, length)
  return path.slice(length + 1).replaceAll(sep, '/')
}

/** Creates the schema `builds` of a catalog, empty. */
export async function createRecord(engine: Engine, database: string): Promise<void> {
  const builds = `${database}.builds`
  await engine.run(`create schema ${builds}`)
  await engine.run(
    `create table ${builds}.state (fingerprint varchar, lineage varchar, version bigint, lost varchar[])`,
  )
  await engine.run(`create table ${builds}.segments (stream varchar, path varchar, is_alike boolean)`)
  await engine.run(`create table ${builds}.capture_files (capture_id varchar, stream varchar, path varchar)`)
  await engine.run(`create table ${builds}.changes (version bigint, kind varchar, unit varchar)`)
  for (const stream of recordedStreams) {
    await engine.run(`create table ${builds}.${stream} as ${segmentRowsSql(stream, [])}`)
  }
  for (const table of ['state', 'segments', 'capture_files', 'changes', ...recordedStreams]) {
    await engine.run(
      `comment on table ${builds}.${table} is 'For rollcall itself: what the catalog was built from.'`,
    )
  }
}

/**
 * Adds segments to the record. Rows without a committed capture are left out, and so is a segment that holds such rows:
 * it is looked at again next time. The segments of `captures` have to be among those given first.
 */
export async function recordSegments(
  engine: Engine,
  database: string,
  dataDir: string,
  segments: readonly Segment[],
): Promise<void> {
  if (segments.length === 0) return
  const builds = `${database}.builds`
  const pathsOf = (stream: Stream) => segments.filter((one) => one.stream === stream).map(({ path }) => path)
  const lost = quoteList(lostCaptures(dataDir))
  const known = pathsOf('captures')
  if (known.length > 0) {
    // Sorted, for DuckDB passes over the parts of a long table without the webinars, or the lists, that are looked for.
    await engine.run(
      `insert into ${builds}.captures ${segmentRowsSql('captures', known)}
       where not list_contains(${lost}, capture_id)
       order by webinar_id nulls first, instance_uuid nulls first, capture_id`,
    )
  }
  await findCaptures(engine, dataDir, segments)
  // Of a long history nearly all captures are not among these.
  await engine.run(
    `create or replace temp table committed as
     select capture_id from ${builds}.captures semi join found using (capture_id)`,
  )
  await engine.run(
    `insert into ${builds}.capture_files
     select capture_id, stream, path from found semi join committed using (capture_id) order by all`,
  )
  for (const stream of recordedStreams) {
    const paths = pathsOf(stream)
    if (stream === 'captures' || paths.length === 0) continue
    await engine.run(
      `insert into ${builds}.${stream} ${segmentRowsSql(stream, paths)} where capture_id in (from committed)`,
    )
  }
  const open = await engine.rows(
    `select distinct path from found anti join committed using (capture_id)
     where not list_contains(${lost}, capture_id)`,
  )
  const uncommitted = new Set(open.map((row) => String(row.path)))
  const alike = await alikeSegments(engine, segments)
  const rows = segments
    .map(({ stream, path }) => ({ stream, name: pathInRaw(dataDir, path), isAlike: alike.has(path) }))
    .filter(({ name }) => !uncommitted.has(name))
    .map(({ stream, name, isAlike }) => `(${quoteLiteral(stream)}, ${quoteLiteral(name)}, ${isAlike})`)
  if (rows.length > 0) await engine.run(`insert into ${builds}.segments values ${rows.join(', ')}`)
}

/** The temporary table `found` (capture_id, stream, path): which captures have rows in which of the segments. */
async function findCaptures(engine: Engine, dataDir: string, segments: readonly Segment[]): Promise<void> {
  const paths = segments
    .filter(({ stream }) => stream !== 'captures' && !bookkeeping.includes(stream))
    .map(({ path }) => path)
  const prefix = join(resolve(dataDir), 'raw').length + 2
  await engine.run(
    `create or replace temp table found as
     select capture_id, split_part(path, '/', 1) as stream, path
     from (
         select distinct capture_id, replace(substr(filename, ${prefix}), '\\', '/') as path
         from ${paths.length === 0 ? `(select null::varchar as capture_id, '' as filename where false)` : readOneColumn(paths)}
     )`,
  )
}

/** Segments of several streams have other columns; all have `capture_id`. */
function readOneColumn(paths: readonly string[]): string {
  return `read_parquet(${quoteList(paths.map(escapeGlob))}, filename = true, hive_partitioning = false)`
}

/** Those of the segments that have exactly the declared columns, so that nobody has to compare them again. */
async function alikeSegments(engine: Engine, segments: readonly Segment[]): Promise<Set<string>> {
  const list = segments.map(({ path }) => escapeGlob(path))
  const rows = await engine.rows(
    `select file_name as path, list(name order by name) as names
     from parquet_schema(${quoteList(list)})
     where num_children is null
     group by file_name`,
  )
  const namesIn = new Map(rows.map((row) => [String(row.path), (row.names as string[]).toSorted().join()]))
  const isAlike = ({ stream, path }: Segment) =>
    namesIn.get(path) === Object.keys(columnsOf(stream)).toSorted().join()
  return new Set(segments.filter(isAlike).map(({ path }) => path))
}

/** Writes the state, replacing the one before. */
export async function writeState(engine: Engine, database: string, state: BuildState): Promise<void> {
  await engine.run(`delete from ${database}.builds.state`)
  await engine.run(
    `insert into ${database}.builds.state values (${quoteLiteral(state.fingerprint)}, ${quoteLiteral(state.lineage)},
     ${state.version}, ${quoteList(state.lost)})`,
  )
}

/**
 * A lineage begins with a build of everything and is named after what that was made from, so that building the same
 * from the same is the same lineage.
 */
export function lineageOf(fingerprint: string, segments: readonly string[], lost: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([fingerprint, segments.toSorted(), lost]))
    .digest('hex')
}

import { readdirSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { type Stream, streams } from '../streams.ts'
import { type ColumnType, columnsOf } from './columns.ts'
import { diskError } from './error.ts'
import { streamFolder } from './layout.ts'
import { readLost } from './lost.ts'

/** How DuckDB calls the types of raw columns. */
export const duckdbTypes = {
  string: 'varchar',
  int32: 'integer',
  int64: 'bigint',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamptz',
  /** Not DuckDB's JSON: that would refuse a whole file over one row Zoom sent oddly. Cast where it is read. */
  json: 'varchar',
} as const satisfies Record<ColumnType, string>

/** The files with a stream's rows. */
export interface StreamFiles {
  /** Have the declared columns, and rows of committed captures alone. */
  committed: readonly string[]
  segments: readonly string[]
}

/**
 * Statements that (re)create the views `raw.<stream>` over the segments that exist now, one a stream, with exactly
 * the columns of `columnsOf(stream)` in DuckDB's types. A stream without segments is an empty view; a column that
 * older segments lack is null. Rows of captures that are not committed are not shown.
 *
 * The files are listed by name, so that a catalog shows the state it was made from while a sync writes on.
 * @param only the streams wanted; `captures` always comes with them, the others depend on it
 * @param filesOf the files with a stream's rows
 * @throws RawZoneError
 */
export function rawViewSql(
  dataDir: string,
  only: readonly Stream[] = streams,
  filesOf: (stream: Stream) => StreamFiles = (stream) => ({
    committed: [],
    segments: listSegments(dataDir, stream),
  }),
): string[] {
  const wanted: Stream[] = [
    'captures',
    ...streams.filter((stream) => stream !== 'captures' && only.includes(stream)),
  ]
  const unlost = lostFilter(lostCaptures(dataDir))
  return [
    'create schema if not exists raw',
    ...wanted.map((stream) => viewSql(stream, filesOf(stream), unlost)),
  ]
}

function viewSql(stream: Stream, { committed, segments }: StreamFiles, unlost: string): string {
  const isCommitted = ` where capture_id in (select capture_id from raw.captures${capturesOf(stream)})`
  const rows = `${segmentRowsSql(stream, segments)}${stream === 'captures' ? unlost : isCommitted}`
  const sure = committed.length === 0 ? '' : `${segmentRowsSql(stream, committed, true)}${unlost} union all `
  return `create or replace view raw.${quoteName(stream)} as ${sure}${rows}`
}

/** A reading gives rows of its stream alone: of a long history, few readings are then joined with their many rows. */
function capturesOf(stream: Stream): string {
  return stream === 'pages' || stream === 'rejects' ? '' : ` where stream = ${quoteText(stream)}`
}

/**
 * A SELECT of all rows of these segments, committed or not; absolute paths. What follows it may be a `where`.
 * @param isAlike whether all of them are known to have the declared columns: then only one is opened to find out
 */
export function segmentRowsSql(stream: Stream, paths: readonly string[], isAlike = false): string {
  const columns = Object.entries(columnsOf(stream))
  const nulls = columns.map(([name, type]) => `null::${duckdbTypes[type]} as ${quoteName(name)}`)
  const casts = columns.map(
    ([name, type]) => `${quoteName(name)}::${duckdbTypes[type]} as ${quoteName(name)}`,
  )
  const files = paths.map((path) => quoteText(escapeGlob(path)))
  // The declared columns come first and without a row: they are there whatever the files have.
  const declared = `select ${nulls.join(', ')} where false`
  const stored =
    files.length === 0
      ? ''
      : ` union all by name select * from read_parquet([${files.join(', ')}], union_by_name = ${!isAlike}, hive_partitioning = false)`
  return `select ${casts.join(', ')} from (${declared}${stored})`
}

/** Captures that lost rows with a damaged file, sorted: they are as if they had never been made. */
export function lostCaptures(dataDir: string): string[] {
  return [...new Set(readLost(dataDir).flatMap((lost) => lost.captures))].sort()
}

function lostFilter(captures: readonly string[]): string {
  if (captures.length === 0) return ''
  return ` where capture_id not in (${captures.map(quoteText).join(', ')})`
}

/** All segments of a stream, sorted: absolute paths, for a catalog may be opened from anywhere. */
export function listSegments(dataDir: string, stream: Stream): string[] {
  const folder = resolve(streamFolder(dataDir, stream))
  const months = names(folder).filter((name) => /^month=\d{4}-\d{2}$/.test(name))
  return months.flatMap((month) => {
    const inMonth = join(folder, month)
    return names(inMonth)
      .filter((name) => name.endsWith('.parquet'))
      .map((name) => `${inMonth}${sep}${name}`)
  })
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw diskError('list folder', folder, error)
  }
}

/** DuckDB takes every path for a pattern; a character class of one stands for the character itself. */
export function escapeGlob(path: string): string {
  return path.replace(/[*?[]/g, '[$&]')
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

import { readFileSync } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Stream } from '../streams.ts'
import { aheadFiles } from './ahead.ts'
import { columnsOf } from './columns.ts'
import type { Disk } from './disk.ts'
import { indexFolder } from './layout.ts'
import { writeJson } from './manifest.ts'
import { stampOf } from './stamp.ts'
import { listSegments, lostCaptures, quoteText, type StreamFiles, segmentRowsSql } from './views.ts'

/*
 * Streams that are asked about in every plan, and of which every run writes a small file or several: opening them is
 * nearly all that a plan costs on a long history. Their rows are gathered into one file a stream, beside the raw zone:
 * `<data>/index/<stream>.parquet`, and `<stream>.json` with the segments it stands for. It counts only while every one
 * of these is there and untouched, and nothing else was lost; newer segments are read beside it. It may be deleted at any
 * time.
 *
 * Only rows of committed captures are gathered, so that nobody has to look for their captures again.
 *
 * Lists say the same of an instance, a webinar or a user day by day: of rows that say the same the latest is kept.
 */
const gatheredStreams: readonly Stream[] = ['captures', 'instances', 'webinars', 'users']

/** Where a row came from, which differs however often the same is said. */
const provenance = ['subject', 'run_id', 'capture_id', 'page_number', 'row_number', 'fetched_at', 'raw']

/** Of the gathered file, so that questions about one stream pass over the captures of most others. */
const groupRows = 20_480

/** So many segments more are opened one by one before they are gathered. */
const segmentsMin = 16

interface Gathered {
  /** Of the gathered file and of what was lost, see `stampOfGathered`. */
  stamp: string
  /** Stamps of the segments by path below `raw/`. */
  segments: Record<string, string>
}

/** Said here and not by a schema, as in checkedFlushes.ts. */
function isGatheredList(list: unknown): list is Gathered {
  const { stamp, segments } = (list ?? {}) as Partial<Record<keyof Gathered, unknown>>
  return (
    typeof stamp === 'string' &&
    typeof segments === 'object' &&
    segments !== null &&
    !Array.isArray(segments) &&
    Object.values(segments).every((one) => typeof one === 'string')
  )
}

/** Stamps by path below `raw/`. */
type Stamps = ReadonlyMap<string, string>

/**
 * Files that have what a stream's segments say, as few as there may be, and what is shown ahead of them. What the last
 * inspection of this process found standing is taken to stand: to ask again of ten thousands of segments takes longer
 * than most questions about them.
 * @throws RawZoneError
 */
export function rowsFiles(dataDir: string, stream: Stream): StreamFiles {
  const segments = listSegments(dataDir, stream)
  const standing = foundStanding(dataDir, stream, segments) ?? readGathered(dataDir, stream, segments)
  const { committed, segments: others } = filesWith(segments, standing)
  return { committed, segments: [...others, ...aheadFiles(dataDir, stream)] }
}

function filesWith(segments: string[], gathered: Standing | null): StreamFiles {
  if (gathered === null) return { committed: [], segments }
  return { committed: [gathered.path], segments: segments.filter((path) => !gathered.segments.has(path)) }
}

/** Whether some of a stream's rows come from what was gathered. */
export function isGathered(dataDir: string, stream: Stream): boolean {
  return readGathered(dataDir, stream, listSegments(dataDir, stream)) !== null
}

/**
 * Gathers what is worth it. Nobody may write to the raw zone meanwhile. Where the disk refuses, nothing is lost but time.
 * @param filesMin segments that are not gathered yet before they are
 * @param stampsFound stamps that were taken just now
 */
export async function gatherSegments(
  dataDir: string,
  disk: Disk,
  filesMin = segmentsMin,
  stampsFound: Stamps = new Map(),
): Promise<void> {
  const lost = lostCaptures(dataDir)
  for (const stream of gatheredStreams) {
    const segments = listSegments(dataDir, stream)
    const files = filesWith(segments, readGathered(dataDir, stream, segments, stampsFound))
    if (files.committed.length + files.segments.length <= filesMin) continue
    const path = fileOf(dataDir, stream)
    try {
      // Taken before they are read: what is touched meanwhile is then known as such.
      const stamps = segments.map((segment) => [nameOf(dataDir, segment), stampOf(segment)])
      await disk.createFolder(indexFolder(dataDir))
      if (!(await copyRows(dataDir, stream, files, lost, `${path}.tmp`))) {
        await disk.remove(`${path}.tmp`)
        continue
      }
      await disk.rename(`${path}.tmp`, path)
      const gathered = { stamp: stampOfGathered(dataDir, stream), segments: Object.fromEntries(stamps) }
      // What is gone meanwhile has no stamp.
      if (isGatheredList(gathered)) await writeJson(listOf(dataDir, stream), gathered, disk)
    } catch {
      await disk.remove(`${path}.tmp`).catch(() => undefined)
    }
  }
}

/** Forgets what was gathered: it could not be read. */
export async function forgetGathered(dataDir: string, disk: Disk): Promise<void> {
  for (const stream of gatheredStreams) await disk.remove(listOf(dataDir, stream)).catch(() => undefined)
}

interface Standing {
  path: string
  segments: Set<string>
}

/**
 * What was found standing by this process, by the path of the list: with what list and gathered file looked like, and what
 * was lost.
 */
const found = new Map<string, Standing & { stamps: string }>()

function foundStanding(dataDir: string, stream: Stream, segments: readonly string[]): Standing | null {
  const known = found.get(listOf(dataDir, stream))
  if (known === undefined || known.stamps !== stampsOf(dataDir, stream)) return null
  const there = new Set(segments)
  return [...known.segments].every((segment) => there.has(segment)) ? known : null
}

function stampsOf(dataDir: string, stream: Stream): string {
  return `${stampOf(listOf(dataDir, stream))} ${stampOfGathered(dataDir, stream)}`
}

/** Whose rows were left out, because some were lost, belongs to what a gathered file is. Null where there is none. */
function stampOfGathered(dataDir: string, stream: Stream): string | null {
  const stamp = stampOf(fileOf(dataDir, stream))
  return stamp === null ? null : [stamp, ...lostCaptures(dataDir)].join(' ')
}

function readGathered(
  dataDir: string,
  stream: Stream,
  segments: readonly string[],
  stampsFound: Stamps = new Map(),
): Standing | null {
  if (!gatheredStreams.includes(stream)) return null
  const path = fileOf(dataDir, stream)
  found.delete(listOf(dataDir, stream))
  const stamps = stampsOf(dataDir, stream)
  let gathered: unknown
  try {
    gathered = JSON.parse(readFileSync(listOf(dataDir, stream), 'utf8'))
  } catch {
    return null
  }
  if (!isGatheredList(gathered)) return null
  if (stampOfGathered(dataDir, stream) !== gathered.stamp) return null
  const standing = new Set<string>()
  const below = resolve(dataDir, 'raw').length + 1
  for (const segment of segments) {
    const name = segment.slice(below).replaceAll('\\', '/')
    const stamp = gathered.segments[name]
    if (stamp === undefined) continue
    if ((stampsFound.get(name) ?? stampOf(segment)) !== stamp) return null
    standing.add(segment)
  }
  if (standing.size !== Object.keys(gathered.segments).length) return null
  found.set(listOf(dataDir, stream), { path, segments: standing, stamps })
  return { path, segments: standing }
}

/** @returns whether it did: not where some of the rows are not committed, for these say nothing yet */
async function copyRows(
  dataDir: string,
  stream: Stream,
  files: StreamFiles,
  lost: readonly string[],
  path: string,
): Promise<boolean> {
  // Made before DuckDB opens it, because what has names in it is for its owner alone.
  await writeFile(path, '', { mode: 0o600 })
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  try {
    if (stream !== 'captures') {
      const { committed, segments } = rowsFiles(dataDir, 'captures')
      const uncommitted = await connection.runAndReadAll(
        `select 1 from (${segmentRowsSql(stream, files.segments)}) as rows
         anti join (${segmentRowsSql('captures', [...committed, ...segments])}) as captures using (capture_id)
         limit 1`,
      )
      if (uncommitted.currentRowCount > 0) return false
    }
    await connection.run(
      `copy (${rowsToKeep(stream, [...files.committed, ...files.segments], lost)}) to ${quoteText(path)}
       (format parquet, compression zstd, row_group_size ${groupRows}, use_tmp_file false)`,
    )
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
  await using file = await open(path, 'r+')
  await file.datasync()
  return true
}

/** A SELECT. What was lost says nothing, and must not be kept in place of what does. */
function rowsToKeep(stream: Stream, files: readonly string[], lost: readonly string[]): string {
  const rows = segmentRowsSql(stream, files)
  if (stream === 'captures') return `${rows} order by stream, capture_id`
  const content = Object.keys(columnsOf(stream)).filter((name) => !provenance.includes(name))
  return `select *
    from (${rows})
    where not list_contains([${lost.map(quoteText).join(', ')}]::varchar[], capture_id)
    qualify row_number() over (
        partition by ${content.map((name) => `"${name}"`).join(', ')}
        order by fetched_at desc, capture_id desc, page_number desc, row_number desc
    ) = 1
    order by capture_id, page_number, row_number`
}

const fileOf = (dataDir: string, stream: Stream) => resolve(indexFolder(dataDir), `${stream}.parquet`)
const listOf = (dataDir: string, stream: Stream) => join(indexFolder(dataDir), `${stream}.json`)
const nameOf = (dataDir: string, segment: string) =>
  relative(resolve(dataDir, 'raw'), segment).replaceAll('\\', '/')

import { readFileSync } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Stream } from '../streams.ts'
import type { Disk } from './disk.ts'
import { indexFolder } from './layout.ts'
import { writeJson } from './manifest.ts'
import { stampOf } from './stamp.ts'
import { listSegments, quoteText, segmentRowsSql } from './views.ts'

/*
 * Streams that are asked about in every plan, and of which every run writes a small file or several: opening them is
 * nearly all that a plan costs on a long history. Their rows are gathered into one file a stream, beside the raw zone:
 * `<data>/index/<stream>.parquet`, and `<stream>.json` with the segments it stands for. It counts only while every one
 * of these is there and untouched; newer segments are read beside it. It may be deleted at any time.
 */
const gatheredStreams: readonly Stream[] = ['captures', 'instances', 'webinars', 'users']

/** So many segments more are opened one by one before they are gathered. */
const segmentsMin = 16

interface Gathered {
  /** Of the gathered file. */
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

/** Files that have exactly the rows of a stream's segments, as few as there may be. @throws RawZoneError */
export function rowsFiles(dataDir: string, stream: Stream): string[] {
  return filesWithRows(dataDir, stream, listSegments(dataDir, stream), new Map())
}

function filesWithRows(dataDir: string, stream: Stream, segments: string[], found: Stamps): string[] {
  const gathered = readGathered(dataDir, stream, segments, found)
  if (gathered === null) return segments
  return [gathered.path, ...segments.filter((path) => !gathered.segments.has(path))]
}

/** Whether some of a stream's rows come from what was gathered. */
export function isGathered(dataDir: string, stream: Stream): boolean {
  return readGathered(dataDir, stream, listSegments(dataDir, stream), new Map()) !== null
}

/**
 * Gathers what is worth it. Nobody may write to the raw zone meanwhile. Where the disk refuses, nothing is lost but time.
 * @param filesMin segments that are not gathered yet before they are
 * @param found stamps that were taken just now
 */
export async function gatherSegments(
  dataDir: string,
  disk: Disk,
  filesMin = segmentsMin,
  found: Stamps = new Map(),
): Promise<void> {
  for (const stream of gatheredStreams) {
    const segments = listSegments(dataDir, stream)
    const files = filesWithRows(dataDir, stream, segments, found)
    if (files.length <= filesMin) continue
    const path = fileOf(dataDir, stream)
    try {
      // Taken before they are read: what is touched meanwhile is then known as such.
      const stamps = segments.map((segment) => [nameOf(dataDir, segment), stampOf(segment)])
      await disk.createFolder(indexFolder(dataDir))
      await copyRows(segmentRowsSql(stream, files), `${path}.tmp`)
      await disk.rename(`${path}.tmp`, path)
      const gathered = { stamp: stampOf(path), segments: Object.fromEntries(stamps) }
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

function readGathered(
  dataDir: string,
  stream: Stream,
  segments: readonly string[],
  found: Stamps,
): { path: string; segments: Set<string> } | null {
  if (!gatheredStreams.includes(stream)) return null
  const path = fileOf(dataDir, stream)
  let gathered: unknown
  try {
    gathered = JSON.parse(readFileSync(listOf(dataDir, stream), 'utf8'))
  } catch {
    return null
  }
  if (!isGatheredList(gathered)) return null
  if (stampOf(path) !== gathered.stamp) return null
  const standing = new Set<string>()
  const below = resolve(dataDir, 'raw').length + 1
  for (const segment of segments) {
    const name = segment.slice(below).replaceAll('\\', '/')
    const stamp = gathered.segments[name]
    if (stamp === undefined) continue
    if ((found.get(name) ?? stampOf(segment)) !== stamp) return null
    standing.add(segment)
  }
  return standing.size === Object.keys(gathered.segments).length ? { path, segments: standing } : null
}

async function copyRows(select: string, path: string): Promise<void> {
  // Made before DuckDB opens it, because what has names in it is for its owner alone.
  await writeFile(path, '', { mode: 0o600 })
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  try {
    await connection.run(
      `copy (${select}) to ${quoteText(path)} (format parquet, compression zstd, use_tmp_file false)`,
    )
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
  await using file = await open(path, 'r+')
  await file.datasync()
}

const fileOf = (dataDir: string, stream: Stream) => resolve(indexFolder(dataDir), `${stream}.parquet`)
const listOf = (dataDir: string, stream: Stream) => join(indexFolder(dataDir), `${stream}.json`)
const nameOf = (dataDir: string, segment: string) =>
  relative(resolve(dataDir, 'raw'), segment).replaceAll('\\', '/')

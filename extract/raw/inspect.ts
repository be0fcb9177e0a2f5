import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { streams } from '../streams.ts'
import { Checked } from './checkedFlushes.ts'
import { type Disk, realDisk } from './disk.ts'
import { gatherSegments } from './gathered.ts'
import { freeName, journalFolder, setAsideFolder, streamFolder } from './layout.ts'
import { type Lost, lostFile, readLost } from './lost.ts'
import {
  faultOf,
  type Manifest,
  type ManifestFile,
  manifestFolder,
  manifestName,
  readManifest,
  writeJson,
} from './manifest.ts'

/** By default so much is read by an inspection at most: that takes well below a second. */
const readBytesDefault = 128 * 1024 * 1024

/** A file that was found damaged, gone or foreign, and was dealt with. */
export interface Fault {
  /** Absolute. */
  path: string
  reason: string
  /** Where it is now; null where it was gone. */
  setAside: string | null
  /** Captures that are to be made again. */
  captures: number
  /** Whether some of them came from CSV reports, which only the user can bring again. */
  isImported: boolean
}

/**
 * Finds files of the raw zone that are not as they were written, or that were never written by us, and sets them
 * aside: moves them to `<data>/set-aside/`, never deletes them. What they held no longer counts as captured, neither for
 * the views nor for the planner, so the next sync reads it again. Nobody may write to the raw zone meanwhile.
 *
 *   whole ──damaged, gone──▶ lost (noted first, then moved) ──restored──▶ whole
 *
 * Sizes and times are always compared. Bytes are read where `isThorough`; else of what was touched since they were read
 * last, up to `readBytesMax`: the rest has its turn in later inspections, and of it only the size is compared now.
 * A flush whose commit record is damaged goes as a whole: without it its rows belong to nothing.
 *
 * @throws RawZoneError
 */
export async function inspectRaw(
  dataDir: string,
  {
    isThorough = false,
    readBytesMax = readBytesDefault,
  }: { isThorough?: boolean; readBytesMax?: number } = {},
  disk: Disk = realDisk,
): Promise<Fault[]> {
  const faults: Fault[] = []
  const checked = new Checked(dataDir)
  const lost = new Map(readLost(dataDir).map((one) => [one.path, one]))
  /** Below `raw/`: the files of all flushes, and the flushes whose manifest is there. */
  const written = new Set<string>()
  const flushes = new Set<string>()
  const open: [string, Manifest][] = []
  for (const name of await manifestNames(dataDir, disk)) {
    const untouched = isThorough ? null : checked.untouched(name)
    if (untouched !== null && !untouched.some((path) => lost.has(path))) {
      flushes.add(name)
      for (const path of untouched) written.add(path)
      continue
    }
    const manifest = await manifestOrAside(dataDir, name, disk, faults)
    if (manifest === null) continue
    flushes.add(name)
    for (const { path } of manifest.files) written.add(path)
    open.push([name, manifest])
  }
  let readable = isThorough ? Number.POSITIVE_INFINITY : readBytesMax
  for (const [name, manifest] of open) {
    // Not committed yet: the journal still has it, and opening the zone sorts it out.
    const record = manifest.files.find((file) => file.path.startsWith('captures/'))
    const isOpen = existsSync(journalFolder(dataDir, manifest.run_id))
    if (record === undefined || (isOpen && !existsSync(join(dataDir, 'raw', record.path)))) continue
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
    const isRead = bytes <= readable
    if (isRead) readable -= bytes
    const stamps = isRead ? checked.stamps(name, manifest) : null
    const faultsBefore = faults.length
    const broken = await faultOf(join(dataDir, 'raw', record.path), record, isRead)
    if (broken !== null) {
      await setFlushAside(dataDir, name, manifest, broken, disk, faults)
      continue
    }
    for (const file of manifest.files)
      await inspectFile(dataDir, file, lost.get(file.path), isRead, disk, faults)
    if (stamps !== null && faults.length === faultsBefore) checked.add(name, stamps)
  }
  await setForeignAside(dataDir, { written, flushes }, disk, faults)
  await checked.keep(disk)
  await gatherSegments(dataDir, disk, undefined, checked.found)
  return faults
}

/** One line a fault, for a person. */
export function describeFaults(faults: readonly Fault[]): string {
  return faults
    .map(({ path, reason, setAside, captures, isImported }) => {
      const where = setAside === null ? '' : `; it was set aside as ${setAside}`
      const again = captures === 0 ? '' : `; ${captures} readings of Zoom in it are made again`
      const imported = isImported ? ', and reports that were imported have to be imported again' : ''
      return `${path}: ${reason}${where}${again}${imported}`
    })
    .join('\n')
}

async function manifestNames(dataDir: string, disk: Disk): Promise<string[]> {
  const names = await disk.list(manifestFolder(dataDir))
  return names.filter((name) => name.endsWith('.json') && !name.startsWith('.'))
}

async function manifestOrAside(
  dataDir: string,
  name: string,
  disk: Disk,
  faults: Fault[],
): Promise<Manifest | null> {
  const path = join(manifestFolder(dataDir), name)
  const manifest = await readManifest(path, disk)
  if (manifest !== null) return manifest
  // Without it the files it spoke of cannot be checked any more; they stay in use.
  const setAside = await moveAside(dataDir, `manifests/${name}`, disk)
  const reason = 'it is no manifest, so the files it spoke of are unchecked from now on'
  faults.push({ path, reason, setAside, captures: 0, isImported: false })
  return null
}

async function inspectFile(
  dataDir: string,
  file: ManifestFile,
  lost: Lost | undefined,
  isRead: boolean,
  disk: Disk,
  faults: Fault[],
): Promise<void> {
  const path = join(dataDir, 'raw', file.path)
  if (lost !== undefined && !existsSync(path)) return
  // A file that is back from a backup has to prove that it is the one.
  const reason = await faultOf(path, file, isRead || lost !== undefined)
  if (reason === null) {
    if (lost !== undefined) await rm(lostFile(dataDir, file.path), { force: true })
    return
  }
  // Noted before it is moved: a crash in between leaves a file that is found again, never rows that silently miss.
  const note: Lost = { path: file.path, reason, captures: file.captures, replaced_by: null }
  await writeJson(lostFile(dataDir, file.path), note, disk)
  const setAside = existsSync(path) ? await moveAside(dataDir, file.path, disk) : null
  faults.push({
    path,
    reason,
    setAside,
    captures: file.captures.length,
    isImported: file.captures.length > 0 && file.sources.includes('csv'),
  })
}

/** The commit record first, so that no moment shows a capture without its rows; the manifest last. */
async function setFlushAside(
  dataDir: string,
  name: string,
  manifest: Manifest,
  reason: string,
  disk: Disk,
  faults: Fault[],
): Promise<void> {
  const isRecord = (file: ManifestFile) => file.path.startsWith('captures/')
  const files = [...manifest.files.filter(isRecord), ...manifest.files.filter((file) => !isRecord(file))]
  for (const file of files) {
    // The whole history is asked again, as if the file had been lost: some of it may be in lists of long ago.
    const note: Lost = { path: file.path, reason, captures: [], replaced_by: null }
    if (isRecord(file)) await writeJson(lostFile(dataDir, file.path), note, disk)
    const path = join(dataDir, 'raw', file.path)
    const setAside = existsSync(path) ? await moveAside(dataDir, file.path, disk) : null
    faults.push({
      path,
      reason: isRecord(file) ? reason : `its commit record ${files[0]?.path} is lost`,
      setAside,
      captures: file.captures.length,
      isImported: file.captures.length > 0 && file.sources.includes('csv'),
    })
  }
  await moveAside(dataDir, `manifests/${name}`, disk)
}

/** Parquet files that no flush of ours wrote: views would take their rows, or fail on them. */
async function setForeignAside(
  dataDir: string,
  { written, flushes }: { written: ReadonlySet<string>; flushes: ReadonlySet<string> },
  disk: Disk,
  faults: Fault[],
): Promise<void> {
  const segments: { stream: string; path: string }[] = []
  for (const stream of streams) {
    for (const month of await disk.list(streamFolder(dataDir, stream))) {
      if (!/^month=\d{4}-\d{2}$/.test(month)) continue
      for (const name of await disk.list(join(streamFolder(dataDir, stream), month))) {
        if (name.endsWith('.parquet')) segments.push({ stream, path: `${stream}/${month}/${name}` })
      }
    }
  }
  // Flushes whose manifest is lost: what has their name cannot be told from what is theirs.
  const unchecked = new Set(
    segments
      .filter(({ stream, path }) => stream === 'captures' && !flushes.has(manifestName(basename(path))))
      .filter(({ path }) => isRunName(basename(path)))
      .map(({ path }) => basename(path)),
  )
  for (const { path } of segments) {
    if (written.has(path) || unchecked.has(basename(path))) continue
    const runId = /^(.+)-\d{4,}\.parquet$/.exec(basename(path))?.[1]
    // Left by a crash; opening the zone deals with it.
    if (runId !== undefined && existsSync(journalFolder(dataDir, runId))) continue
    const setAside = await moveAside(dataDir, path, disk)
    faults.push({
      path: join(dataDir, 'raw', path),
      reason: 'it is not of rollcall',
      setAside,
      captures: 0,
      isImported: false,
    })
  }
}

const isRunName = (name: string) => /^\d{8}T\d{9}Z-[A-Za-z0-9._-]+-\d{4,}\.parquet$/.test(name)

/** @param path below `raw/` @returns where it is now */
async function moveAside(dataDir: string, path: string, disk: Disk): Promise<string> {
  const from = join(dataDir, 'raw', path)
  const folder = join(setAsideFolder(dataDir), dirname(path))
  await disk.createFolder(folder)
  const to = join(folder, await freeName(folder, basename(path), disk))
  await disk.rename(from, to)
  await disk.syncFolder(folder)
  await disk.syncFolder(dirname(from))
  return to
}

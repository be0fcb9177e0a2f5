import { randomBytes } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { copyFile, link, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning } from '../extract/isRunning.ts'

/*
 * The catalog's files in the data folder, and what becomes of each:
 *
 *   rollcall.duckdb              published: what readers open. Never written to, only replaced by rename
 *   rollcall.duckdb.standby      the file published before it, or a copy: what the next build goes on with
 *   rollcall.duckdb.<pid>-….building   being written; of a process that is gone: rubbish
 *
 *                   ┌────────────────── failure, crash: dropped ◀─────────────┐
 *                   │                                                         │
 *   (new file) ──▶ building ──publish──▶ published ──next publish──▶ standby ─┴─taken──▶ building ──▶ …
 *                   ▲                        │
 *                   └────copied──────────────┘   where there is no standby, or it is of no use
 *
 * The standby is taken by renaming it, so a crash while it is written leaves a `.building` file and no standby, never
 * a standby that is half written. A reader that opened the file while it was the published one goes on reading it:
 * its lock keeps the build out, which then drops the name and copies the published file. Two readers in one process
 * share their locks, so a process that builds must not hold a catalog open across two builds.
 *
 * The standby costs the disk a second catalog and saves every daily build from copying the first.
 */

/** Name of the catalog in the data folder; a client that opens it sees a database called `rollcall`. */
const catalogName = 'rollcall.duckdb'
const standbyName = `${catalogName}.standby`

/**
 * A build's files are `rollcall.duckdb.<pid>-<random>.building`, with `.wal` and `.spill` beside it: the
 * process id tells a build that is under way from what a crash left.
 */
const buildingPattern = /^rollcall\.duckdb\.(\d+)-[0-9a-f]+\.building/

const underWay = new Set<string>()

/** Where the published catalog is, or would be. */
export function catalogPath(dataDir: string): string {
  return join(dataDir, catalogName)
}

/** A new file name to build the catalog in. Give it back with `publishCatalog` or `dropBuild`. */
export function startBuild(dataDir: string): string {
  const name = `${catalogName}.${process.pid}-${randomBytes(4).toString('hex')}.building`
  underWay.add(name)
  return join(dataDir, name)
}

/** Takes the standby to build on. @returns null where there is none that was closed in order */
export async function takeStandby(dataDir: string): Promise<string | null> {
  const standby = join(dataDir, standbyName)
  if (!existsSync(standby)) return null
  const [mine, published] = await Promise.all([stat(standby), stat(catalogPath(dataDir)).catch(() => null)])
  const isPublished = mine.ino === published?.ino && mine.ino !== 0
  if (isPublished || existsSync(`${standby}.wal`)) {
    for (const suffix of ['', '.wal']) await rm(standby + suffix, { force: true })
    return null
  }
  const building = startBuild(dataDir)
  await rename(standby, building)
  return building
}

/** Copies the published catalog to build on; on file systems that can, without copying a byte. */
export async function copyPublished(dataDir: string): Promise<string> {
  const building = startBuild(dataDir)
  try {
    await copyFile(catalogPath(dataDir), building, constants.COPYFILE_FICLONE)
    return building
  } catch (error) {
    await dropBuild(dataDir, building)
    throw error
  }
}

/**
 * Replaces the catalog by the built file. The file is on disk before it gets its name, so a power cut leaves either
 * the old catalog or the new one. Readers that have the old file open keep reading it.
 * @param isWhole nothing of the old catalog is of use to the next build: the standby becomes a copy of the new one
 */
export async function publishCatalog(dataDir: string, built: string, isWhole: boolean): Promise<string> {
  const target = catalogPath(dataDir)
  await syncToDisk(built)
  const retired = isWhole ? null : await retire(dataDir)
  await rename(built, target)
  // A write-ahead log of the replaced file must never be replayed into this one.
  await rm(`${target}.wal`, { force: true })
  await syncToDisk(dataDir)
  await dropBuild(dataDir, built)
  // Without a standby the next build copies the catalog then: no reason for a build that is published to fail.
  const standby = isWhole ? await copyPublished(dataDir).catch(() => null) : retired
  if (standby !== null) {
    await rename(standby, join(dataDir, standbyName))
    underWay.delete(nameIn(dataDir, standby))
  }
  return target
}

/** A second name for the published file, which outlives its replacement. Null where files cannot have two names. */
async function retire(dataDir: string): Promise<string | null> {
  const retired = startBuild(dataDir)
  try {
    await link(catalogPath(dataDir), retired)
    return retired
  } catch {
    await dropBuild(dataDir, retired)
    return null
  }
}

/** Removes a build's files, whatever is left of them. */
export async function dropBuild(dataDir: string, built: string): Promise<void> {
  const name = nameIn(dataDir, built)
  for (const suffix of ['', '.wal', '.spill']) {
    await rm(join(dataDir, name + suffix), { recursive: true, force: true })
  }
  underWay.delete(name)
}

/** Removes the builds of processes that no longer run. Those of living processes are left alone. */
export async function cleanLeftOverBuilds(dataDir: string): Promise<string[]> {
  const removed: string[] = []
  for (const name of (await readdir(dataDir)).sort()) {
    const match = buildingPattern.exec(name)
    if (match === null) continue
    const pid = Number(match[1])
    const isOurs = underWay.has(name.slice(0, name.indexOf('.building') + '.building'.length))
    if (pid === process.pid ? isOurs : isRunning(pid)) continue
    await rm(join(dataDir, name), { recursive: true, force: true })
    removed.push(name)
  }
  return removed
}

function nameIn(dataDir: string, path: string): string {
  return path.slice(dataDir.length).replace(/^[/\\]+/, '')
}

async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

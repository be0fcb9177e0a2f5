import { randomBytes } from 'node:crypto'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Name of the catalog in the data folder; a client that opens it sees a database called `rollcall`. */
const catalogName = 'rollcall.duckdb'

/**
 * A build's files are `rollcall.duckdb.<pid>-<random>.building`, with `.wal` and `.spill` beside it: the process id
 * tells a build that is under way from what a crash left.
 */
const buildingPattern = /^rollcall\.duckdb\.(\d+)-[0-9a-f]+\.building/

const underWay = new Set<string>()

/** A new file name to build the catalog in. Give it back with `publishCatalog` or `dropBuild`. */
export function startBuild(dataDir: string): string {
  const name = `${catalogName}.${process.pid}-${randomBytes(4).toString('hex')}.building`
  underWay.add(name)
  return join(dataDir, name)
}

/**
 * Replaces the catalog by the built file. The file is on disk before it gets its name, so a power cut leaves either
 * the old catalog or the new one. Readers that have the old file open keep reading it.
 */
export async function publishCatalog(dataDir: string, built: string): Promise<string> {
  const target = join(dataDir, catalogName)
  await syncToDisk(built)
  await rename(built, target)
  // A write-ahead log of the replaced file must never be replayed into this one.
  await rm(`${target}.wal`, { force: true })
  await syncToDisk(dataDir)
  await dropBuild(dataDir, built)
  return target
}

/** Removes a build's files, whatever is left of them. */
export async function dropBuild(dataDir: string, built: string): Promise<void> {
  const name = built.slice(dataDir.length).replace(/^[/\\]+/, '')
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

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

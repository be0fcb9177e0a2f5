import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import { isRunning } from '../extract/isRunning.ts'
import { CliError, exitCodes } from './cliError.ts'

/*
 * The data folder belongs to one writing command at a time. Who has it stands in `<data>/lock/<n>`; the highest number
 * counts:
 *
 *   free ──link n+1──▶ held ──given back: own file replaced──▶ free
 *                       │
 *                       └──holder died──▶ dead ──link n+1──▶ held by another
 *
 * Nobody ever removes the highest file, and a file with a given number can be made only once (a hard link to a file
 * that is filled already fails where the name is taken). So whoever made a number and then finds none above it has
 * the folder for certain, whatever others were about to do when they last looked: taking over from the dead needs no
 * second lock. Lower files are removed by whoever holds a higher one.
 */

export interface Holder {
  /** Unique: a process knows its own locks by it. */
  id: string
  pid: number
  host: string
  command: string
  started_at: string
  /** When the system started the process, where it tells: process ids come again, in containers at once. */
  process_start: string | null
}

/** A lock file's content: its holder, or null for one given back. */
interface Entry {
  number: number
  holder: Holder | null
}

/** Locks this process holds; of others with its process id it knows that they are dead. */
const ours = new Set<string>()
let attempts = 0

/**
 * Takes the data folder for one writing command.
 *
 * @returns a function that gives the folder back
 * @throws {CliError} saying who holds it and since when, with the exit code `busy`
 */
export async function lockDataDir(dataDir: string, command: string): Promise<() => Promise<void>> {
  const folder = path.join(dataDir, 'lock')
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw new CliError(
      `The data folder ${dataDir} cannot be made (${codeOf(error)}). Name another one with --data-dir or ROLLCALL_DATA_DIR.`,
      { cause: error },
    )
  }
  try {
    return await take(folder, dataDir, command)
  } catch (error) {
    if (error instanceof CliError) throw error
    const remedy =
      codeOf(error) === 'ENOSPC'
        ? 'The disk is full: free space and run the same command again'
        : 'Make it writable, or name another one with --data-dir or ROLLCALL_DATA_DIR'
    throw new CliError(`The data folder ${dataDir} cannot be written (${codeOf(error)}). ${remedy}.`, {
      cause: error,
    })
  }
}

async function take(folder: string, dataDir: string, command: string): Promise<() => Promise<void>> {
  const holder: Holder = {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    command,
    started_at: new Date().toISOString(),
    process_start: startOf(process.pid),
  }
  // Before others can see it: they must not take it for one of a dead process of our number.
  ours.add(holder.id)
  for (;;) {
    const highest = await highestIn(folder)
    if (highest.holder !== null && isWorking(highest)) throw isTaken(highest.holder, dataDir)
    const number = highest.number + 1
    const file = path.join(folder, String(number))
    const filled = await fill(folder, holder)
    try {
      await link(filled, file)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
      continue
    } finally {
      await rm(filled, { force: true })
    }
    const now = await highestIn(folder)
    if (now.number !== number) {
      // The number was used and removed again before we made it: others are further on.
      await rm(file, { force: true })
      continue
    }
    await sweep(folder, number)
    return async () => {
      // On a full disk it cannot be given back; the process ends, and whoever comes next takes over from the dead.
      await fill(folder, null)
        .then((free) => rename(free, file))
        .catch(() => undefined)
      ours.delete(holder.id)
    }
  }
}

/** Who has the data folder now, and whether that is known to be a process that died. Null when nobody has. Changes nothing. */
export async function lockHolder(dataDir: string): Promise<(Holder & { isDead: boolean }) | null> {
  const folder = path.join(dataDir, 'lock')
  const highest = await highestIn(folder)
  return highest.holder && { ...highest.holder, isDead: !isWorking(highest) }
}

/** For commands that do not take the folder but cannot read it while it changes. @throws {CliError} as `lockDataDir` */
export async function refuseWhileBusy(dataDir: string): Promise<void> {
  const holder = await lockHolder(dataDir)
  if (holder !== null && !holder.isDead) throw isTaken(holder, dataDir)
}

function isTaken(holder: Holder, dataDir: string): CliError {
  const isElsewhere = holder.host !== hostname()
  const remedy = isElsewhere
    ? `Wait for it to end; nothing was changed. If that machine is gone, remove ${path.join(dataDir, 'lock')} first.`
    : 'Wait for it to end; nothing was changed.'
  return new CliError(
    `Another rollcall ${holder.command} (process ${holder.pid} on ${holder.host}, since ${holder.started_at}) is working in ${dataDir}. ${remedy}`,
    { exitCode: exitCodes.busy },
  )
}

async function highestIn(folder: string): Promise<Entry> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw error
  })
  const number = Math.max(0, ...names.filter((name) => /^\d+$/.test(name)).map(Number))
  if (number === 0) return { number, holder: null }
  try {
    const content: unknown = JSON.parse(await readFile(path.join(folder, String(number)), 'utf8'))
    return { number, holder: content as Holder | null }
  } catch (error) {
    // Removed since, so there is a higher one; a file that holds nothing readable holds nobody.
    return codeOf(error) === 'ENOENT' ? highestIn(folder) : { number, holder: null }
  }
}

/** A file of this process, complete before it gets a name that counts. */
async function fill(folder: string, holder: Holder | null): Promise<string> {
  attempts += 1
  const file = path.join(folder, `.${process.pid}-${attempts}`)
  await writeFile(file, `${JSON.stringify(holder)}\n`)
  return file
}

/** Removes lower numbers, and what processes left that died while they filled a file. */
async function sweep(folder: string, number: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const filling = /^\.(\d+)-\d+$/.exec(name)
    const isLeftOver = filling !== null && startOrNothing(Number(filling[1])) === undefined
    if (isLeftOver || (/^\d+$/.test(name) && Number(name) < number)) {
      await rm(path.join(folder, name), { force: true })
    }
  }
}

/** Whether the holder may still be at work: processes of other hosts cannot be seen and are taken to be. */
function isWorking({ holder }: Entry): boolean {
  if (holder === null) return false
  if (holder.host !== hostname()) return true
  if (holder.pid === process.pid) return ours.has(holder.id)
  const started = startOrNothing(holder.pid)
  if (started === undefined) return false
  return started === null || holder.process_start == null || started === holder.process_start
}

/** When the process with this id was started; null where the system does not tell, undefined for none such. */
function startOrNothing(pid: number): string | null | undefined {
  return isRunning(pid) ? startOf(pid) : undefined
}

/** Field 22 of `/proc/<pid>/stat` (proc(5)): clock ticks from boot to start. The name before it may hold anything. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code

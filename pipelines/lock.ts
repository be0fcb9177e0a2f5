import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import { CliError } from './cliError.ts'

interface Holder {
  pid: number
  host: string
  command: string
  started_at: string
}

/**
 * Takes the data folder for one writing command at a time. The lock is a hard link to a file already filled, so only
 * one process can make it and nobody ever sees it empty; a holder that died on this host is recognised by its
 * process id and replaced.
 *
 * @returns a function that gives the folder back
 * @throws {CliError} saying who holds it and since when
 */
export async function lockDataDir(dataDir: string, command: string): Promise<() => Promise<void>> {
  const file = path.join(dataDir, 'lock')
  try {
    await mkdir(dataDir, { recursive: true })
  } catch (error) {
    throw new CliError(
      `The data folder ${dataDir} cannot be made (${codeOf(error)}). Name another one with --data-dir or ROLLCALL_DATA_DIR.`,
      { cause: error },
    )
  }
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const holder: Holder = {
        pid: process.pid,
        host: hostname(),
        command,
        started_at: new Date().toISOString(),
      }
      const filled = `${file}.${process.pid}`
      await writeFile(filled, `${JSON.stringify(holder)}\n`)
      try {
        await link(filled, file)
      } finally {
        await rm(filled, { force: true })
      }
      return () => rm(file, { force: true })
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') {
        throw new CliError(
          `The data folder ${dataDir} cannot be written (${codeOf(error)}). Make it writable, or name another one with --data-dir or ROLLCALL_DATA_DIR.`,
          { cause: error },
        )
      }
      const holder = await readHolder(file)
      if (holder !== null && (holder.host !== hostname() || isAlive(holder.pid))) {
        throw new CliError(
          `Another rollcall ${holder.command} (process ${holder.pid} on ${holder.host}, since ${holder.started_at}) is working in ${dataDir}. Wait for it to end; nothing was changed.`,
        )
      }
      await rm(file, { force: true })
    }
  }
  throw new CliError(`The lock ${file} could not be taken; another command was faster. Run again.`)
}

/** Null for a lock that holds nothing readable, or that its holder gave back in the meantime. */
async function readHolder(file: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code

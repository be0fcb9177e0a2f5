import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning } from '../extract/isRunning.ts'

/** The process id tells a load that is under way from what a crash left. */
const scratchPattern = /^load-(\d+)-/

/** Makes a folder for one load below `tempDir`, and removes those of processes that no longer run. */
export async function makeScratch(tempDir: string): Promise<string> {
  await mkdir(tempDir, { recursive: true })
  for (const name of await readdir(tempDir)) {
    const match = scratchPattern.exec(name)
    if (match === null || isRunning(Number(match[1]))) continue
    await rm(join(tempDir, name), { recursive: true, force: true })
  }
  return mkdtemp(join(tempDir, `load-${process.pid}-`))
}

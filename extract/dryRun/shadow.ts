import { copyFile, cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { lostFolder } from '../raw/lost.ts'
import type { Stream } from '../streams.ts'

/** What finding instances and making a plan read of the raw zone. */
const STREAMS: readonly Stream[] = ['captures', 'users', 'webinars', 'instances', 'tracking_sources']

/**
 * A data folder that looks like another to whoever plans, and that may be written to: its raw files are links to the
 * real ones, which nobody ever changes. So a plan is made by the very code that makes it for a sync.
 * @returns its path, and a function that removes it
 */
export async function shadowOf(dataDir: string): Promise<{ dataDir: string; remove(): Promise<void> }> {
  const shadow = await mkdtemp(path.join(tmpdir(), 'rollcall-dry-run-'))
  const remove = () => rm(shadow, { recursive: true, force: true })
  try {
    for (const stream of STREAMS) {
      for (const month of await namesIn(path.join(dataDir, 'raw', stream))) {
        const from = path.resolve(dataDir, 'raw', stream, month)
        const to = path.join(shadow, 'raw', stream, month)
        await mkdir(to, { recursive: true })
        for (const name of await namesIn(from)) await link(path.join(from, name), path.join(to, name))
      }
    }
    await cp(lostFolder(dataDir), lostFolder(shadow), { recursive: true, force: true }).catch(ignoreAbsent)
    return { dataDir: shadow, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Where links need a privilege nobody has, the file is copied. */
async function link(from: string, to: string): Promise<void> {
  await symlink(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPERM' && error.code !== 'ENOSYS') throw error
    await copyFile(from, to)
  })
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(ignoreAbsent)) ?? []
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

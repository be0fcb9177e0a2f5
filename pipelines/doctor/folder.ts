import { constants } from 'node:fs'
import { access, lstat, readdir, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import { lockHolder } from '../lock.ts'

/** What the data folder is like; nothing is written to find out. */
export interface FolderFacts {
  dataDir: string
  /** `blocked`: there is something else where the folder, or a folder above it, should be. */
  state: 'folder' | 'absent' | 'blocked'
  /** The folder, or where it is absent the nearest one above it, may be written by us. */
  isWritable: boolean
  /** The folder or file the two answers above are about. */
  nearest: string
  holder: Awaited<ReturnType<typeof lockHolder>>
  free_bytes: number
  sizes_bytes: { raw: number; journal: number; catalog: number; warehouse: number }
}

export async function examineFolder(dataDir: string): Promise<FolderFacts> {
  const { nearest, isFolder } = await nearestTo(dataDir)
  const state = !isFolder ? 'blocked' : nearest === dataDir ? 'folder' : 'absent'
  const isWritable = await access(nearest, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  const { bavail, bsize } = await statfs(nearest)
  const [raw, journal, catalog, warehouse] = await Promise.all(
    ['raw', 'journal', 'rollcall.duckdb', 'postgres'].map((name) => sizeOf(path.join(dataDir, name))),
  )
  return {
    dataDir,
    state,
    isWritable: isFolder && isWritable,
    nearest,
    holder: state === 'folder' ? await lockHolder(dataDir) : null,
    free_bytes: bavail * bsize,
    sizes_bytes: {
      raw: raw as number,
      journal: journal as number,
      catalog: catalog as number,
      warehouse: warehouse as number,
    },
  }
}

/** The path itself, or the nearest thing above it that is there. */
async function nearestTo(dataDir: string): Promise<{ nearest: string; isFolder: boolean }> {
  for (let nearest = dataDir; ; nearest = path.dirname(nearest)) {
    const found = await stat(nearest).catch(() => null)
    if (found !== null) return { nearest, isFolder: found.isDirectory() }
    // A broken link is in the way as much as a file is.
    if ((await lstat(nearest).catch(() => null)) !== null) {
      return { nearest: path.dirname(nearest), isFolder: false }
    }
  }
}

/** Bytes of the files below a path; what is absent, or may not be read, counts nothing. */
async function sizeOf(place: string): Promise<number> {
  const found = await stat(place).catch(() => null)
  if (found === null) return 0
  if (!found.isDirectory()) return found.size
  const entries = await readdir(place, { withFileTypes: true, recursive: true }).catch(() => [])
  let sum = 0
  for (const entry of entries) {
    if (!entry.isFile()) continue
    sum += (await stat(path.join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size
  }
  return sum
}

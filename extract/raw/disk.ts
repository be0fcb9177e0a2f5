import { readdirSync } from 'node:fs'
import { copyFile, lstat, mkdir, open, readFile, rename, rm, rmdir, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import { diskError } from './error.ts'

/** A file being written. `sync` returns when what was written would survive a power loss. */
export interface WritableFile {
  write(bytes: Uint8Array): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

/** The few things the raw zone does to a disk. All throw `RawZoneError`. Tests let one of them fail. */
export interface Disk {
  /** Creates the folder and its parents, durably. */
  createFolder(path: string): Promise<void>
  /** Names in the folder, sorted; none when there is no such folder. */
  list(path: string): Promise<string[]>
  read(path: string): Promise<Buffer>
  readPart(path: string, offset: number, length: number): Promise<Buffer>
  /** Opens a file for writing; an existing one is emptied. */
  create(path: string): Promise<WritableFile>
  truncate(path: string, length: number): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Removes a file, or a folder that is empty. */
  remove(path: string): Promise<void>
  /** Makes creations, renames and removals in the folder durable. */
  syncFolder(path: string): Promise<void>
}

export const realDisk: Disk = {
  async createFolder(path) {
    return attempt('create folder', path, async () => {
      const first = await mkdir(path, { recursive: true })
      if (first === undefined) return
      // Each new folder is an entry of its parent, and only syncing the parent makes the entry durable.
      for (let folder = path; folder.length >= first.length; folder = dirname(folder))
        await syncFolder(dirname(folder))
    })
  },

  async list(path) {
    return attempt('list folder', path, async () => {
      try {
        // Not by another thread: there are hundreds of folders, and to hand one over takes several times as long.
        return readdirSync(path).sort()
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
        throw error
      }
    })
  },

  async read(path) {
    return attempt('read', path, () => readFile(path))
  },

  async readPart(path, offset, length) {
    return attempt('read', path, async () => {
      await using file = await open(path, 'r')
      const buffer = Buffer.alloc(length)
      let done = 0
      while (done < length) {
        const { bytesRead } = await file.read(buffer, done, length - done, offset + done)
        if (bytesRead === 0)
          throw new Error(`the file ends at byte ${offset + done}, before byte ${offset + length}`)
        done += bytesRead
      }
      return buffer
    })
  },

  async create(path) {
    const file = await attempt('create', path, () => open(path, 'w', 0o600))
    return {
      write: (bytes) =>
        attempt('write', path, async () => {
          for (let done = 0; done < bytes.length; ) {
            done += (await file.write(bytes, done, bytes.length - done)).bytesWritten
          }
        }),
      sync: () => attempt('sync', path, () => file.datasync()),
      close: () => attempt('close', path, () => file.close()),
    }
  },

  async truncate(path, length) {
    return attempt('cut', path, async () => {
      await truncate(path, length)
      await using file = await open(path, 'r+')
      await file.sync()
    })
  },

  async rename(from, to) {
    return attempt('move to its final name', to, async () => {
      try {
        await rename(from, to)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
        // `raw/` may be a disk of its own, and what is set aside goes to another: the copy is whole before the name is.
        await copyFile(from, `${to}.tmp`)
        await using copy = await open(`${to}.tmp`, 'r+')
        await copy.sync()
        await rename(`${to}.tmp`, to)
        await rm(from)
      }
    })
  },

  async remove(path) {
    return attempt('remove', path, async () => {
      if ((await lstat(path)).isDirectory()) await rmdir(path)
      else await rm(path)
    })
  },

  async syncFolder(path) {
    return attempt('sync folder', path, () => syncFolder(path))
  },
}

/** A disk that waits for nothing to survive a power loss: for what is there a second time, and for tests. */
export function unsynced(disk: Disk): Disk {
  return {
    ...disk,
    createFolder: (path) =>
      attempt('create folder', path, async () => {
        await mkdir(path, { recursive: true })
      }),
    create: async (path) => ({ ...(await disk.create(path)), sync: async () => undefined }),
    syncFolder: async () => undefined,
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows neither offers nor needs to sync a folder.
  if (process.platform === 'win32') return
  await using folder = await open(path, 'r')
  await folder.sync()
}

async function attempt<T>(action: string, path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw diskError(action, path, error)
  }
}

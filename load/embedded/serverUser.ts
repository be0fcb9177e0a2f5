import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { WarehouseError } from '../errors.ts'

/** The unprivileged account Postgres runs under when we are root. */
export interface ServerUser {
  uid: number
  gid: number
}

/**
 * Postgres refuses to run as root, so root runs it as `postgres` if that account exists, else as `nobody`.
 * Undefined means: we are a plain user (or on Windows) and the server runs as ourselves. A cluster that exists
 * keeps the owner it was made with, whatever accounts have appeared since.
 */
export async function serverUser(cluster: string): Promise<ServerUser | undefined> {
  if (process.getuid === undefined) return undefined
  const owner = await stat(cluster).catch(() => undefined)
  const self = process.getuid()
  if (self !== 0) {
    if (owner !== undefined && owner.uid !== self) {
      throw new WarehouseError(
        'terminal',
        `The embedded Postgres in ${cluster} belongs to user id ${owner.uid} and this process runs as ${self}. ` +
          'Run rollcall as the user who created it (root, if it was root), choose another ROLLCALL_DATA_DIR, ' +
          'or set DATABASE_URL.',
      )
    }
    return undefined
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  for (const name of ['postgres', 'nobody']) {
    const uid = await accountId('-u', name)
    const gid = await accountId('-g', name)
    if (uid && gid) return { uid, gid }
  }
  throw new WarehouseError(
    'terminal',
    'Postgres cannot run as root, and this machine has neither a `postgres` nor a `nobody` account to run it as. ' +
      'Run rollcall as a plain user, add one of them (`useradd --system postgres`), or set DATABASE_URL.',
  )
}

/** Whether `user` may enter every folder on the way to `path`, by the mode bits (access lists are not read). */
export async function canReach(user: ServerUser, path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder)
    const bits = uid === user.uid ? mode >> 6 : gid === user.gid ? mode >> 3 : mode
    if ((bits & 0o1) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

async function accountId(flag: '-u' | '-g', name: string): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)('id', [flag, name])
    return Number.parseInt(stdout, 10)
  } catch {
    return undefined // No such account.
  }
}

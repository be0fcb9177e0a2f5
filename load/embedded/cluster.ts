import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { WarehouseError } from '../errors.ts'
import { type Engine, installedEngine, program, readableEngine } from './engine.ts'
import { canReach, type ServerUser, serverUser } from './serverUser.ts'

/**
 * An embedded cluster on disk, `<data>/postgres/`:
 *
 *     data/             Postgres' own folder, 0700, owned by the user the server runs as
 *     connection.json   port and password, 0600, owned by us
 *     server.log        what Postgres prints
 *
 * Where root's data folder lies under a folder that the server's user may not enter (a 0700 home), `<data>/postgres`
 * is a symbolic link to a folder below `sharedFolder`, and the engine is copied there too.
 */
export interface Cluster {
  folder: string
  data: string
  log: string
  engine: Engine
  user: ServerUser | undefined
  connection: Connection
}

export interface Connection {
  port: number
  password: string
}

/** Both the superuser and the database are called so. */
export const embeddedName = 'rollcall'

const clusterFolder = (dataDir: string): string => join(dataDir, 'postgres')

/** Whether a cluster was ever created for this data folder. */
export async function clusterExists(dataDir: string): Promise<boolean> {
  return await lstat(clusterFolder(dataDir)).then(
    () => true,
    () => false,
  )
}

/** The cluster of this data folder as it is on disk. Throws a terminal error where it is damaged. */
export async function openCluster(dataDir: string, sharedFolder: string): Promise<Cluster> {
  try {
    const folder = await realpath(clusterFolder(dataDir))
    const connection = JSON.parse(await readFile(join(folder, 'connection.json'), 'utf8')) as Connection
    await readFile(join(folder, 'data', 'PG_VERSION'))
    const user = await serverUser(join(folder, 'data'))
    const engine = await reachableEngine(user, sharedFolder)
    return { folder, data: join(folder, 'data'), log: join(folder, 'server.log'), engine, user, connection }
  } catch (cause) {
    if (cause instanceof WarehouseError) throw cause
    throw new WarehouseError(
      'terminal',
      `The embedded Postgres in ${clusterFolder(dataDir)} cannot be read: ${(cause as Error).message}. ` +
        'It holds only what the catalog holds: remove that folder and run `rollcall load` to build it again.',
      { cause },
    )
  }
}

/**
 * Creates the cluster beside its place and moves it there by one rename (or symlink), so that it is there whole or
 * not at all, and of two processes that create it at once one wins and the other uses it.
 * @param isThrowaway not to wait for the disk: a power cut may then damage it
 */
export async function createCluster(
  dataDir: string,
  port: number,
  sharedFolder: string,
  isThrowaway: boolean,
): Promise<void> {
  await mkdir(dataDir, { recursive: true })
  const place = clusterFolder(await realpath(dataDir))
  const user = await serverUser(join(place, 'data'))
  const isReachable = user === undefined || (await canReach(user, dirname(place)))
  if (!isReachable) await mkdir(sharedFolder, { recursive: true, mode: 0o755 })
  const stage = await mkdtemp(isReachable ? `${place}.new-` : join(sharedFolder, 'cluster-'))
  try {
    if (user !== undefined) await chmod(stage, 0o711)
    const password = randomBytes(24).toString('base64url')
    await initialise(stage, password, user, await reachableEngine(user, sharedFolder), isThrowaway)
    await writeConnection(stage, { port, password })
    if (isReachable) await rename(stage, place)
    else await symlink(stage, place)
  } catch (error) {
    await rm(stage, { recursive: true, force: true })
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error
  }
}

/** Replaces `connection.json` whole, readable by us alone. */
export async function writeConnection(folder: string, connection: Connection): Promise<void> {
  const path = join(folder, 'connection.json')
  await writeFile(`${path}.new`, `${JSON.stringify(connection)}\n`, { mode: 0o600 })
  await rename(`${path}.new`, path)
}

async function reachableEngine(user: ServerUser | undefined, sharedFolder: string): Promise<Engine> {
  const engine = await installedEngine()
  if (user === undefined) return engine
  const postgres = await realpath(program(engine, 'postgres'))
  const share = await realpath(join(engine.folder, 'share'))
  if ((await canReach(user, postgres)) && (await canReach(user, share))) return engine
  await mkdir(sharedFolder, { recursive: true, mode: 0o755 })
  return await readableEngine(engine, sharedFolder)
}

/** Runs initdb. The builtin C.UTF-8 locale sorts by code point, alike on every machine. */
async function initialise(
  stage: string,
  password: string,
  user: ServerUser | undefined,
  engine: Engine,
  isThrowaway: boolean,
): Promise<void> {
  const data = join(stage, 'data')
  const passwordFile = join(stage, 'password')
  await mkdir(data, { mode: 0o700 })
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (user !== undefined) {
    await chown(data, user.uid, user.gid)
    await chown(passwordFile, user.uid, user.gid)
  }
  const flags = [
    `--pgdata=${data}`,
    `--username=${embeddedName}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    ...(isThrowaway ? ['--no-sync'] : []),
  ]
  const { code, output } = await runAs(user, program(engine, 'initdb'), flags, stage)
  await rm(passwordFile, { force: true })
  if (code !== 0) {
    throw new WarehouseError(
      'terminal',
      `Postgres could not create its cluster in ${stage} (initdb ended with ${code}): ${output.trim().slice(-800)} ` +
        'Put ROLLCALL_DATA_DIR on a local disk that supports owners and modes, or set DATABASE_URL.',
    )
  }
}

/** Environment of the Postgres programs: nothing of ours, so no PG* variable of the user's shell changes them. */
export function engineEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP } = process.env
  return { PATH, SystemRoot, TEMP, LC_ALL: 'C', TZ: 'UTC' }
}

/** Runs one of the engine's programs to its end as the server's user. */
export async function runAs(
  user: ServerUser | undefined,
  path: string,
  flags: string[],
  cwd: string,
): Promise<{ code: number | null; output: string }> {
  return await new Promise((resolve, reject) => {
    const child = spawn(path, flags, {
      ...user,
      cwd,
      env: engineEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}

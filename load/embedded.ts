import { spawn } from 'node:child_process'
import { open, readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import {
  type Cluster,
  clusterExists,
  createCluster,
  embeddedName,
  engineEnvironment,
  openCluster,
  runAs,
  writeConnection,
} from './embedded/cluster.ts'
import { program } from './embedded/engine.ts'
import { freePort } from './embedded/freePort.ts'
import { isLent, markKept, markLent } from './embedded/lent.ts'
import { embeddedUrl, removeStalePidFile, type ServerState, serverState } from './embedded/postmaster.ts'
import { WarehouseError } from './errors.ts'

/*
 * The embedded server, from the point of view of one command:
 *
 *   absent ──create──▶ stopped ──launch──▶ busy ──answers──▶ running ──stop──▶ stopped
 *                         ▲                  │
 *          stale ──remove pid file           └─ process ends ──▶ terminal error with the end of its log,
 *                                                               or running, where another command was faster
 *
 * Nothing of this is kept in memory: every call reads it from the disk, the process table and the port again, so a
 * server survives the command that started it and any later command finds it.
 */

export interface EmbeddedOptions {
  /** rollcall's data folder; the cluster is `<dataDir>/postgres/`. */
  dataDir: string
  /** More server settings, for example `{ fsync: 'off' }` for a throw-away cluster. Used when this call starts it. */
  settings?: Readonly<Record<string, string>>
  /** Only for as long as somebody borrows it: see `borrowEmbedded`, which alone asks for this. */
  isLent?: boolean
}

export interface EmbeddedServer {
  /** Connection string with the password: for connecting, and for `warehouse url`; never for a log. */
  url: string
  /** Whether it ran before this call. */
  alreadyRunning: boolean
  stop(): Promise<void>
}

export type EmbeddedStatus =
  | { state: 'absent' | 'stopped' }
  | { state: 'starting' }
  | { state: 'running'; url: string }

export interface EmbeddedEffects {
  sleep: (milliseconds: number) => Promise<unknown>
  freePort: (wanted?: number) => Promise<number>
  /** Where root keeps the cluster when the server's user cannot enter the data folder. */
  sharedFolder: string
}

const defaultEffects: EmbeddedEffects = { sleep, freePort, sharedFolder: '/var/lib/rollcall' }

/** Crash recovery of a large cluster takes a while; after this something is wrong. */
const startLimitMs = 120_000
const stopLimitSeconds = 60
const pollMs = 40
const portAttemptsMax = 3
const logBytesMax = 4_000_000

/**
 * Makes the embedded server of this data folder run, creating its cluster the first time. The server listens on
 * 127.0.0.1 only and goes on after our process ended; call `stop` where that is not wanted.
 * @throws WarehouseError (terminal) with the end of the server's log when it does not start
 */
export async function startEmbedded(
  options: EmbeddedOptions,
  effects: EmbeddedEffects = defaultEffects,
): Promise<EmbeddedServer> {
  const dataDir = resolve(options.dataDir)
  if (!(await clusterExists(dataDir))) {
    const isThrowaway = options.settings?.fsync === 'off'
    await createCluster(dataDir, await effects.freePort(), effects.sharedFolder, isThrowaway)
  }
  const cluster = await openCluster(dataDir, effects.sharedFolder)
  let state = await settle(cluster, effects)
  const alreadyRunning = state.state === 'running'
  for (let attempt = 1; state.state !== 'running'; attempt++) {
    if (state.state === 'stale') removeStalePidFile(cluster, state.pid)
    state = await launch(cluster, options.settings ?? {}, attempt, effects)
  }
  if (options.isLent !== true) await markKept(cluster)
  else if (!alreadyRunning) await markLent(cluster, state.pid)
  await ensureDatabase(cluster, state.port)
  return {
    url: embeddedUrl(cluster, state.port, embeddedName),
    alreadyRunning,
    stop: () => stopEmbedded({ dataDir }, effects),
  }
}

/** Stops the server of this data folder if it runs: open transactions are rolled back, clients are disconnected. */
export async function stopEmbedded(
  { dataDir }: Pick<EmbeddedOptions, 'dataDir'>,
  effects: EmbeddedEffects = defaultEffects,
): Promise<void> {
  if (!(await clusterExists(resolve(dataDir)))) return
  const cluster = await openCluster(resolve(dataDir), effects.sharedFolder)
  const before = await serverState(cluster)
  if (before.state !== 'running' && before.state !== 'busy') return
  const flags = [
    'stop',
    '--pgdata',
    cluster.data,
    '--mode',
    'fast',
    '--wait',
    '--timeout',
    String(stopLimitSeconds),
  ]
  const { code, output } = await runAs(cluster.user, program(cluster.engine, 'pg_ctl'), flags, cluster.folder)
  const after = await serverState(cluster)
  // Whoever waited for it to stop may be starting the next one already, whose pid file then irritates pg_ctl.
  const isThere = 'pid' in after && after.pid === before.pid
  if (code !== 0 && isThere) {
    throw new WarehouseError(
      'terminal',
      `The embedded Postgres in ${cluster.folder} did not stop within ${stopLimitSeconds} s: ${output.trim()} ` +
        `See ${cluster.log}.`,
    )
  }
}

/** Whether the server of this data folder runs, and its address if it does. Changes nothing. */
export async function embeddedStatus(
  { dataDir }: Pick<EmbeddedOptions, 'dataDir'>,
  effects: EmbeddedEffects = defaultEffects,
): Promise<EmbeddedStatus> {
  if (!(await clusterExists(resolve(dataDir)))) return { state: 'absent' }
  const cluster = await openCluster(resolve(dataDir), effects.sharedFolder)
  const found = await serverState(cluster)
  if (found.state === 'running')
    return { state: 'running', url: embeddedUrl(cluster, found.port, embeddedName) }
  return { state: found.state === 'busy' ? 'starting' : 'stopped' }
}

/** Whether the server that runs, if one does, was started for borrowers. */
export async function isEmbeddedLent(
  { dataDir }: Pick<EmbeddedOptions, 'dataDir'>,
  effects: Pick<EmbeddedEffects, 'sharedFolder'> = defaultEffects,
): Promise<boolean> {
  const cluster = await openCluster(resolve(dataDir), effects.sharedFolder)
  const found = await serverState(cluster)
  return found.state === 'running' && (await isLent(cluster, found.pid))
}

/** Waits while the server is neither up nor down. */
async function settle(
  cluster: Cluster,
  effects: EmbeddedEffects,
  hasEnded: () => boolean = () => false,
): Promise<ServerState> {
  for (let waited_ms = 0; waited_ms < startLimitMs; waited_ms += pollMs) {
    const state = await serverState(cluster)
    if (state.state !== 'busy' || hasEnded()) return state
    await effects.sleep(pollMs)
  }
  throw new WarehouseError(
    'terminal',
    `The embedded Postgres in ${cluster.folder} has been starting or stopping for ${startLimitMs / 1000} s. ` +
      `See ${cluster.log}.`,
  )
}

async function launch(
  cluster: Cluster,
  settings: Readonly<Record<string, string>>,
  attempt: number,
  effects: EmbeddedEffects,
): Promise<ServerState> {
  // The port stays the same from start to start, so that saved BI connections go on working, unless it is taken.
  const port = await effects.freePort(cluster.connection.port)
  if (port !== cluster.connection.port) {
    cluster.connection = { ...cluster.connection, port }
    await writeConnection(cluster.folder, cluster.connection)
  }
  const size = await stat(cluster.log).then(
    (log) => log.size,
    () => 0,
  )
  const log = await open(cluster.log, size > logBytesMax ? 'w' : 'a', 0o600)
  const logStart = size > logBytesMax ? 0 : size
  try {
    const child = spawn(program(cluster.engine, 'postgres'), serverFlags(cluster, port, settings), {
      ...cluster.user,
      cwd: cluster.folder,
      env: engineEnvironment(),
      // Its own session and no pipes to us: Ctrl-C and our exit do not reach it.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      windowsHide: true,
    })
    let hasEnded = false
    let failure: Error | undefined
    child.once('exit', () => {
      hasEnded = true
    })
    child.once('error', (error) => {
      failure = error
      hasEnded = true
    })
    let state: ServerState = { state: 'stopped' }
    for (let waited_ms = 0; waited_ms < startLimitMs && state.state !== 'running'; waited_ms += pollMs) {
      await effects.sleep(pollMs)
      state = await settle(cluster, effects, () => hasEnded)
      if (hasEnded && state.state !== 'running') break
    }
    child.unref()
    if (state.state === 'running') return state
    // Another command may have started it in the same moment; ours then ended on the pid file of the other.
    const after = await settle(cluster, effects)
    if (after.state === 'running') return after
    const printed = (await readFile(cluster.log, 'utf8')).slice(logStart).trim()
    if (attempt < portAttemptsMax && /could not (create|bind)/.test(printed)) return after
    throw new WarehouseError(
      'terminal',
      `The embedded Postgres in ${cluster.folder} did not start: ${failure?.message ?? printed.slice(-800)} ` +
        `The whole log is ${cluster.log}. With DATABASE_URL set, rollcall uses that server instead.`,
      { cause: failure },
    )
  } finally {
    await log.close()
  }
}

function serverFlags(cluster: Cluster, port: number, settings: Readonly<Record<string, string>>): string[] {
  const all: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // No socket file: its path would be limited to 107 bytes, and data folders are not.
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    // A day's load changes a page of an index for nearly every row, and each is logged whole: while there is room for them
    // the log writer writes them, and the load goes on.
    wal_buffers: '64MB',
    // Nobody follows this server's log, so what is written to tables that are new need not be in it; see bareTables.ts.
    wal_level: 'minimal',
    max_wal_senders: '0',
    // Containers often have a tiny /dev/shm, which parallel queries overflow; files in the cluster do not.
    dynamic_shared_memory_type: process.platform === 'win32' ? 'windows' : 'mmap',
    // Statements and their context hold people's names; the log does not.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    ...settings,
  }
  return ['-D', cluster.data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** initdb makes the database `postgres` only. Checked at every start: a crash may have come in between. */
async function ensureDatabase(cluster: Cluster, port: number): Promise<void> {
  const client = new pg.Client({ connectionString: embeddedUrl(cluster, port, 'postgres') })
  // Somebody may stop the server meanwhile: the query below then fails, and that is enough.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [embeddedName])
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(embeddedName)}`)
  } catch (error) {
    const code = (error as { code?: string }).code
    // duplicate_database, unique_violation: another command created it in the same moment.
    if (code !== '42P04' && code !== '23505') throw error
  } finally {
    await client.end()
  }
}

import { execFile } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { isRunning } from '../../extract/isRunning.ts'
import { type Cluster, embeddedName } from './cluster.ts'

/**
 * What Postgres' own pid file, the process table and the port say together:
 * `stopped` no pid file, or its process is gone (Postgres cleans up itself at the next start);
 * `stale` the pid now belongs to some other program, so the file must go before a start;
 * `busy` our server, but it does not answer (starting, recovering or shutting down);
 * `running` our server, and it answers with our password.
 */
export type ServerState =
  | { state: 'stopped' }
  | { state: 'stale'; pid: number }
  | { state: 'busy'; pid: number }
  | { state: 'running'; pid: number; port: number }

const pidFile = (cluster: Cluster): string => join(cluster.data, 'postmaster.pid')

export async function serverState(cluster: Cluster): Promise<ServerState> {
  const text = await readFile(pidFile(cluster), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  // Lines: pid, data folder, start time, port, socket folder, host, shared memory, status.
  // https://www.postgresql.org/docs/current/storage-file-layout.html
  const [pidLine = '', , , portLine = ''] = text?.split('\n') ?? []
  const pid = Number.parseInt(pidLine, 10)
  const port = Number.parseInt(portLine, 10)
  if (!(pid > 0) || !isRunning(pid)) return { state: 'stopped' }
  if (port > 0 && (await answers(cluster, port))) return { state: 'running', pid, port }
  if (await isPostmasterOf(cluster, pid)) return { state: 'busy', pid }
  // A server that ended while it was looked at is nobody's program any more, and its file may be the next one's already.
  return isRunning(pid) ? { state: 'stale', pid } : { state: 'stopped' }
}

/**
 * Removes the pid file of a `stale` server. Another command may have done that and started a server meanwhile: without
 * its file that would be a server which nobody finds, so the file has to name the same program still.
 */
export function removeStalePidFile(cluster: Cluster, pid: number): void {
  // Nothing of this process runs in between, and others have some microseconds.
  const text = readTextIfThere(pidFile(cluster))
  if (Number.parseInt(text, 10) === pid) rmSync(pidFile(cluster), { force: true })
}

function readTextIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

export function embeddedUrl(cluster: Cluster, port: number, database: string): string {
  return `postgres://${embeddedName}:${cluster.connection.password}@127.0.0.1:${port}/${database}`
}

/** Whether the server on this port lets us in and serves this very folder. */
async function answers(cluster: Cluster, port: number): Promise<boolean> {
  const client = new pg.Client({
    connectionString: embeddedUrl(cluster, port, 'postgres'),
    connectionTimeoutMillis: 5_000,
  })
  client.on('error', () => undefined) // The connection's end is also reported to the pending call below.
  try {
    await client.connect()
    const { rows } = await client.query<{ folder: string }>(
      `select current_setting('data_directory') as folder`,
    )
    return rows[0]?.folder === cluster.data || process.platform === 'win32'
  } catch {
    return false // Refused, still starting, or somebody else's server: all of them mean "not ours to use now".
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** After a reboot the pid of a dead server may be any program's; its command line tells. */
async function isPostmasterOf(cluster: Cluster, pid: number): Promise<boolean> {
  if (process.platform === 'win32') return true // No cheap way to tell; Postgres checks again when it starts.
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(async () => {
    const ps = await promisify(execFile)('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => ({
      stdout: '',
    }))
    return ps.stdout
  })
  return command === '' ? hasEnded(pid) : command.includes(cluster.data)
}

/** Of a process without a command line, whether it has ended and is only listed still: it is gone in a moment. */
async function hasEnded(pid: number): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return /\) [ZX] /.test(text)
}

import { join } from 'node:path'
import { WarehouseError } from '../errors.ts'
import { clusterExists, embeddedName, openCluster, runAs } from './cluster.ts'
import { installedEngine, program } from './engine.ts'
import { freePort } from './freePort.ts'
import { embeddedUrl, serverState } from './postmaster.ts'
import { serverUser } from './serverUser.ts'

/** What can be told of the embedded server without starting it. */
export interface EmbeddedFacts {
  /** As the program says: `postgres (PostgreSQL) 18.4`. */
  engine: string
  state: 'absent' | 'stopped' | 'stale' | 'busy' | 'running'
  /** The port it listens on, or will; null before the first start. */
  port: number | null
  /** False where somebody else listens on its port, so that the next start takes another one. */
  isPortFree: boolean
  /** Where it runs: its address with the password, for connecting only. */
  url: string | null
}

/**
 * Runs the installed server's `--version` and reads the cluster's state.
 * @throws WarehouseError (terminal) where the programs are not installed or do not run, nobody may run them, or the
 * cluster is damaged
 */
export async function inspectEmbedded(
  dataDir: string,
  sharedFolder = '/var/lib/rollcall',
): Promise<EmbeddedFacts> {
  const installed = await installedEngine()
  const { code, output } = await runAs(
    undefined,
    program(installed, 'postgres'),
    ['--version'],
    installed.folder,
  )
  if (code !== 0) {
    throw new WarehouseError(
      'terminal',
      `The embedded Postgres does not run on this machine: ${output.trim().slice(0, 300) || `it ended with ${code}`}. ` +
        'Set DATABASE_URL to a Postgres server of your own.',
    )
  }
  const engine = output.trim()
  if (!(await clusterExists(dataDir))) {
    await serverUser(join(dataDir, 'postgres', 'data'))
    return { engine, state: 'absent', port: null, isPortFree: true, url: null }
  }
  const cluster = await openCluster(dataDir, sharedFolder)
  const found = await serverState(cluster)
  if (found.state === 'running') {
    const url = embeddedUrl(cluster, found.port, embeddedName)
    return { engine, state: 'running', port: found.port, isPortFree: true, url }
  }
  const { port } = cluster.connection
  return { engine, state: found.state, port, isPortFree: (await freePort(port)) === port, url: null }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../../load/embedded.ts'
import { migrate } from '../../load/migrate.ts'
import { templateDatabase } from './template.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the test server's superuser; tests use `createTestDatabase` instead. */
    postgresUrl: string
    /** For what is made once and looked at by many test files; removed after the run. */
    runFolder: string
  }
}

/**
 * One Postgres for the whole test run, in a folder that goes with it, with a migrated template database. It ends with
 * this process, whether that ends by itself, fails to set up or is killed.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-test-'))
  // The server that root starts runs as somebody else, who has to reach its folder.
  await chmod(dataDir, 0o755)
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'stopWithParent.ts'), dataDir], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  })
  const tearDown = () => ended(keeper)
  try {
    project.provide('postgresUrl', await startServer(dataDir))
    project.provide('runFolder', dataDir)
  } catch (error) {
    await tearDown()
    throw error
  }
  return tearDown
}

async function startServer(dataDir: string): Promise<string> {
  const server = await startEmbedded({
    dataDir,
    // Nothing here has to survive a power cut. Many files run at once, each with a few connections.
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '200',
      // What a test sees of a table's pages may not hang on when vacuum came by.
      autovacuum: 'off',
    },
  })
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  await admin.query(`create database ${templateDatabase}`)
  await admin.end()
  const template = new URL(server.url)
  template.pathname = templateDatabase
  await migrate(template.href)
  return server.url
}

async function ended(keeper: ChildProcess): Promise<void> {
  const isClosed = once(keeper, 'close')
  keeper.stdin?.end()
  await isClosed
}

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../../load/embedded/freePort.ts'
import { embeddedStatus, startEmbedded, stopEmbedded } from '../../load/embedded.ts'
import { query } from '../postgres/testDatabase.ts'
import { scratchFolder } from './loading.ts'

const isRoot = process.getuid?.() === 0
/** Nothing here has to survive a power cut. */
const settings = { fsync: 'off' }

/** A data folder whose server, if any, is stopped after the test. */
async function dataFolder(parent?: string): Promise<string> {
  const dataDir = join(parent ?? (await scratchFolder()), 'data')
  onTestFinished(() => stopEmbedded({ dataDir }))
  return dataDir
}

const portOf = (url: string): string => new URL(url).port

async function pidOf(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10)
}

describe('the embedded server', () => {
  let shared: string
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-embedded-'))
    await chmod(folder, 0o755)
    shared = join(folder, 'data')
    return async () => {
      await stopEmbedded({ dataDir: shared })
      await rm(folder, { recursive: true })
    }
  })

  /** A cluster that exists, stopped. */
  async function stoppedCluster(): Promise<string> {
    if ((await embeddedStatus({ dataDir: shared })).state === 'absent') {
      await startEmbedded({ dataDir: shared, settings })
    }
    await stopEmbedded({ dataDir: shared })
    return shared
  }

  it('starts, answers, is found running, stops and comes back at the same address with its data', async () => {
    const dataDir = await dataFolder()
    expect(await embeddedStatus({ dataDir })).toEqual({ state: 'absent' })
    const first = await startEmbedded({ dataDir, settings })
    expect(first.alreadyRunning).toBe(false)
    await query(first.url, 'create table kept as select 42 as answer')
    const second = await startEmbedded({ dataDir, settings })
    expect(second).toMatchObject({ alreadyRunning: true, url: first.url })
    expect(await embeddedStatus({ dataDir })).toEqual({ state: 'running', url: first.url })
    await second.stop()
    expect(await embeddedStatus({ dataDir })).toEqual({ state: 'stopped' })
    await first.stop()
    const third = await startEmbedded({ dataDir, settings })
    expect(third).toMatchObject({ alreadyRunning: false, url: first.url })
    expect(await query(third.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  it('listens on 127.0.0.1 only, has no socket file and keeps its password to its owner', async () => {
    const dataDir = await stoppedCluster()
    const { url } = await startEmbedded({ dataDir, settings })
    const found = await query(
      url,
      `select name, setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories') order by name`,
    )
    expect(found).toEqual([
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'unix_socket_directories', setting: '' },
    ])
    expect((await stat(join(dataDir, 'postgres', 'connection.json'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(dataDir, 'postgres', 'data'))).mode & 0o777).toBe(0o700)
    expect(new URL(url).password.length).toBeGreaterThanOrEqual(32)
    const { password } = new URL(url)
    expect(await readFile(join(dataDir, 'postgres', 'server.log'), 'utf8')).not.toContain(password)
    await expect(query(url.replace(password, 'guess'), 'select 1')).rejects.toThrow(
      /password authentication failed/,
    )
  })

  it('goes on after the process that started it ended', async () => {
    const dataDir = await stoppedCluster()
    const script = `const { startEmbedded } = await import(${JSON.stringify(join(import.meta.dirname, '../../load/embedded.ts'))})
      await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, settings: { fsync: 'off' } })`
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
    expect((await embeddedStatus({ dataDir })).state).toBe('running')
    expect((await startEmbedded({ dataDir, settings })).alreadyRunning).toBe(true)
  })

  it('is started once by several that want it at the same time, in a folder with a path too long for a socket', async () => {
    const dataDir = await dataFolder(join(await scratchFolder(), 'x'.repeat(110), "it's a folder"))
    const servers = await Promise.all([
      startEmbedded({ dataDir, settings }),
      startEmbedded({ dataDir, settings }),
      startEmbedded({ dataDir, settings }),
    ])
    expect(new Set(servers.map((server) => server.url)).size).toBe(1)
    expect(await query(servers[0].url, 'select current_database()')).toEqual([
      { current_database: 'rollcall' },
    ])
  })

  it('takes another port when its own is taken', async () => {
    const dataDir = await stoppedCluster()
    const first = await startEmbedded({ dataDir, settings })
    await first.stop()
    const squatter = createServer().listen(Number(portOf(first.url)), '127.0.0.1')
    await once(squatter, 'listening')
    const second = await startEmbedded({ dataDir, settings })
    squatter.close()
    expect(portOf(second.url)).not.toBe(portOf(first.url))
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('recovers after it was killed', async () => {
    const dataDir = await stoppedCluster()
    const first = await startEmbedded({ dataDir, settings })
    await query(first.url, 'create table kept as select 42 as answer')
    const pid = await pidOf(dataDir)
    process.kill(pid, 'SIGKILL')
    await expect.poll(async () => (await embeddedStatus({ dataDir })).state).toBe('stopped')
    const second = await startEmbedded({ dataDir, settings })
    expect(second.alreadyRunning).toBe(false)
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  it('recognises a pid file whose pid now belongs to another program, and leaves that alone', async () => {
    const dataDir = await stoppedCluster()
    const first = await startEmbedded({ dataDir, settings })
    const pidFile = join(dataDir, 'postgres', 'data', 'postmaster.pid')
    const text = await readFile(pidFile, 'utf8')
    await first.stop()
    const bystander = spawn(process.execPath, ['--eval', 'setTimeout(() => {}, 60000)'])
    onTestFinished(() => void bystander.kill())
    await writeFile(pidFile, text.replace(/^\d+/, String(bystander.pid)))
    expect(await embeddedStatus({ dataDir })).toEqual({ state: 'stopped' })
    await stopEmbedded({ dataDir })
    const second = await startEmbedded({ dataDir, settings })
    expect(second.alreadyRunning).toBe(false)
    expect(bystander.exitCode).toBeNull()
  })

  it('says what to do with a damaged cluster', async () => {
    // The next that wants one gets a new one.
    const dataDir = await stoppedCluster()
    await rm(join(dataDir, 'postgres', 'data', 'global'), { recursive: true })
    await expect(startEmbedded({ dataDir, settings })).rejects.toThrow(
      /did not start: .*pg_control.*server\.log/s,
    )
    await rm(join(dataDir, 'postgres', 'connection.json'))
    await expect(startEmbedded({ dataDir, settings })).rejects.toThrow(
      /cannot be read: .*remove that folder and run `rollcall load`/s,
    )
    await rm(join(dataDir, 'postgres'), { recursive: true })
    await mkdir(dataDir, { recursive: true })
  })

  it.skipIf(!isRoot)(
    'serves root from below a folder that the server user may not enter (root only)',
    async () => {
      const home = join(await scratchFolder(), 'home')
      await mkdir(home)
      await chmod(home, 0o700)
      const sharedFolder = join(await scratchFolder(), 'shared')
      await chmod(join(sharedFolder, '..'), 0o755)
      const effects = {
        sharedFolder,
        freePort,
        sleep: (pause_ms: number) => new Promise((done) => setTimeout(done, pause_ms)),
      }
      const dataDir = join(home, 'data')
      const server = await startEmbedded({ dataDir, settings }, effects)
      try {
        expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
        expect((await lstat(join(dataDir, 'postgres'))).isSymbolicLink()).toBe(true)
        expect(await embeddedStatus({ dataDir }, effects)).toMatchObject({ state: 'running' })
      } finally {
        await server.stop()
      }
      expect(existsSync(join(dataDir, 'postgres', 'data', 'postmaster.pid'))).toBe(false)
    },
  )
})

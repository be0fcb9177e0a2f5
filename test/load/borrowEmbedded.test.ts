import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { borrowEmbedded } from '../../load/borrowEmbedded.ts'
import { embeddedStatus, startEmbedded, stopEmbedded } from '../../load/embedded.ts'
import { query } from '../postgres/testDatabase.ts'
import { scratchFolder } from './loading.ts'

/** Nothing here has to survive a power cut. */
const settings = { fsync: 'off' }

/** A folder without a cluster, which takes long to make. */
async function dataFolder(): Promise<string> {
  const dataDir = join(await scratchFolder(), 'data')
  onTestFinished(() => stopEmbedded({ dataDir }))
  return dataDir
}

let shared: string
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-borrowed-'))
  await chmod(folder, 0o755)
  shared = join(folder, 'data')
  await startEmbedded({ dataDir: shared, settings })
  await stopEmbedded({ dataDir: shared })
  return () => rm(folder, { recursive: true })
})

/** A folder with a cluster that is stopped. */
function stoppedCluster(): string {
  onTestFinished(() => stopEmbedded({ dataDir: shared }))
  return shared
}

const stateOf = async (dataDir: string): Promise<string> => (await embeddedStatus({ dataDir })).state

/** A process that borrows, says so, and waits to be killed. */
async function borrowingProcess(dataDir: string) {
  const module = join(import.meta.dirname, '..', '..', 'load', 'borrowEmbedded.ts')
  const program = `
    const { borrowEmbedded } = await import(${JSON.stringify(module)})
    await borrowEmbedded({ dataDir: ${JSON.stringify(dataDir)}, settings: { fsync: 'off' } })
    process.stdout.write('borrowed')
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

describe('a borrowed embedded server', () => {
  it('goes on when whoever started it gives it back first, and stops with the last', async () => {
    const dataDir = stoppedCluster()
    const first = await borrowEmbedded({ dataDir, settings })
    const second = await borrowEmbedded({ dataDir, settings })
    await first.giveBack()
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await second.giveBack()
    expect(await stateOf(dataDir)).toBe('stopped')
  })

  it('is given back by a process that is killed, and stopped by the next that ends', async () => {
    const dataDir = stoppedCluster()
    const child = await borrowingProcess(dataDir)
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(await stateOf(dataDir)).toBe('running')
    const { giveBack, url } = await borrowEmbedded({ dataDir, settings })
    // The server notices a connection that was cut as soon as it looks at it.
    while ((await query(url, borrowers)).length > 1) await delay(20)
    await giveBack()
    expect(await stateOf(dataDir)).toBe('stopped')
  })

  it('stays when somebody asked for it to stay, before or after', async () => {
    const dataDir = stoppedCluster()
    await startEmbedded({ dataDir, settings })
    await (await borrowEmbedded({ dataDir, settings })).giveBack()
    expect(await stateOf(dataDir)).toBe('running')
    await stopEmbedded({ dataDir })
    const borrowed = await borrowEmbedded({ dataDir, settings })
    await startEmbedded({ dataDir, settings })
    await borrowed.giveBack()
    expect(await stateOf(dataDir)).toBe('running')
  })

  it('is there for each of many who come and go at once', async () => {
    const dataDir = await dataFolder()
    const visit = async (number: number) => {
      await delay(number * 200)
      const { url, giveBack } = await borrowEmbedded({ dataDir, settings })
      expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
      await giveBack()
    }
    await Promise.all(Array.from({ length: 5 }, (_, number) => visit(number)))
    expect(await stateOf(dataDir)).toBe('stopped')
  })

  it('that was stopped by hand meanwhile has nothing to give back', async () => {
    const dataDir = stoppedCluster()
    const borrowed = await borrowEmbedded({ dataDir, settings })
    await stopEmbedded({ dataDir })
    await startEmbedded({ dataDir, settings })
    await borrowed.giveBack()
    expect(await stateOf(dataDir)).toBe('running')
  })
})

const borrowers = `select pid from pg_stat_activity where application_name = 'rollcall borrower'`

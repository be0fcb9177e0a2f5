import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { transform } from '../../transform/transform.ts'
import { HistoryWorld } from './historyWorld.ts'
import { type Happening, LivingAccount } from './livingAccount.ts'
import { tableDifferences } from './sameTables.ts'

const account = new LivingAccount()
let folder: string
let dataDir: string
let world: HistoryWorld
const children: ChildProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-standby-'))
  dataDir = join(folder, 'data')
  await mkdir(join(dataDir, 'raw'), { recursive: true })
  await mkdir(join(folder, 'whole'))
  await symlink(join(dataDir, 'raw'), join(folder, 'whole', 'raw'))
  world = new HistoryWorld(dataDir)
  await live(1)
  await build()
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

// Test files run side by side, one a core: more threads would only take turns.
const build = () => transform({ dataDir, threads: 1 })

/** A day with one new instance. */
async function live(webinar: number): Promise<void> {
  const happening: Happening = { what: 'held', webinar, people: [0, 1, 3, 5], keys: 0b110101 }
  await world.addRun(account.live([happening]))
}

async function expectWhole(): Promise<void> {
  const whole = await transform({ dataDir: join(folder, 'whole'), threads: 1, isFull: true })
  expect(await tableDifferences(join(dataDir, 'rollcall.duckdb'), whole.catalogPath)).toEqual({})
}

/** Runs a script in a process of its own, up to its first line of output. */
async function start(script: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  if (child.stdout === null) throw new Error('no output')
  await once(child.stdout, 'data')
  return child
}

describe('the file that the next build goes on from', () => {
  it('is dropped where it is damaged, and the catalog is copied', { timeout: 240_000 }, async () => {
    await writeFile(join(dataDir, 'rollcall.duckdb.standby'), 'no database')
    await live(2)
    expect(await build()).toMatchObject({ kind: 'increment', webinars: 1 })
  })

  it('is left to a reader who still has it open, and the catalog is copied', {
    timeout: 240_000,
  }, async () => {
    const standby = join(dataDir, 'rollcall.duckdb.standby')
    const reader = await start(
      `import { DuckDBInstance } from '@duckdb/node-api'
       const instance = await DuckDBInstance.create(${JSON.stringify(standby)}, { access_mode: 'READ_ONLY' })
       const connection = await instance.connect()
       console.log('open')
       setInterval(() => connection, 1000)`,
    )
    await live(3)
    expect(await build()).toMatchObject({ kind: 'increment', webinars: 1 })
    reader.kill('SIGKILL')
  })

  it('is gone after a build was killed, and the next one goes on all the same', {
    timeout: 240_000,
  }, async () => {
    await live(0)
    const builder = await start(
      `import { transform } from './transform/transform.ts'
       await transform({ dataDir: ${JSON.stringify(dataDir)}, threads: 1 }, {
         clock: () => 0,
         onModel: ({ name }) => name === 'marts.zoom_participants' && console.log(name),
       })`,
    )
    builder.kill('SIGKILL')
    await once(builder, 'close')
    expect(await readdir(dataDir)).not.toContain('rollcall.duckdb.standby')
    expect(await build()).toMatchObject({ kind: 'increment', webinars: 1 })
    expect((await readdir(dataDir)).filter((name) => name.includes('.building'))).toEqual([])
    await expectWhole()
  })
})

describe('what every run asks in the same words', () => {
  it('is the same where a reading comes to light after those that followed it', {
    timeout: 240_000,
  }, async () => {
    const raw = join(dataDir, 'raw')
    const read = async (isOdd: boolean) => {
      const before = new Set(await readdir(raw, { recursive: true }))
      const day = account.live([{ what: 'nothing' }])
      const odd = { user_id: 'U9', email: 'p9@x.org' }
      await world.addRun(
        day.map((one) => (isOdd && one.stream === 'users' ? { ...one, rows: [...one.rows, odd] } : one)),
      )
      const after = await readdir(raw, { recursive: true })
      return after.filter((name) => !before.has(name) && name.endsWith('.parquet'))
    }
    await read(false)
    const late = await read(true)
    for (const name of late) await rename(join(raw, name), join(raw, `${name}.late`))
    await read(false)
    await read(false)
    expect(await build()).toMatchObject({ kind: 'increment' })
    // It is older by a build, and would be told of the later readings together with this one.
    await rm(join(dataDir, 'rollcall.duckdb.standby'))
    for (const name of late) await rename(join(raw, `${name}.late`), join(raw, name))
    expect(await build()).toMatchObject({ kind: 'increment' })
    await expectWhole()
  })
})

describe('everything is built', () => {
  it('where a raw file is gone, and where it is back', { timeout: 240_000 }, async () => {
    expect(await build()).toMatchObject({ kind: 'none' })
    const [first = ''] = await readdir(join(dataDir, 'raw', 'participants', 'month=2026-05'))
    const file = join(dataDir, 'raw', 'participants', 'month=2026-05', first)
    await copyFile(file, join(folder, 'kept.parquet'))
    await rm(file)
    expect(await build()).toMatchObject({ kind: 'full', reason: 'raw files are gone' })
    await copyFile(join(folder, 'kept.parquet'), file)
    // It is new to the catalog, though its captures are not.
    expect(await build()).toMatchObject({ kind: 'full' })
    await expectWhole()
  })
})

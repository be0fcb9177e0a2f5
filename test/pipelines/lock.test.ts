import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lockDataDir, lockHolder } from '../../pipelines/lock.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

// Process ids end far below this number on every system.
const dead = { pid: 2 ** 30, host: hostname(), command: 'sync', started_at: '2026-01-01T00:00:00.000Z' }

async function leave(number: number, holder: object | null): Promise<void> {
  await mkdir(path.join(folder, 'lock'), { recursive: true })
  await writeFile(path.join(folder, 'lock', String(number)), JSON.stringify(holder))
}

it('lets one command in and tells the second who holds the folder', async () => {
  const unlock = await lockDataDir(folder, 'sync')
  await expect(lockDataDir(folder, 'transform')).rejects.toThrow(
    new RegExp(`Another rollcall sync \\(process ${process.pid} on `),
  )
  expect(await lockHolder(folder)).toMatchObject({ pid: process.pid, command: 'sync', isDead: false })
  await unlock()
  expect(await lockHolder(folder)).toBeNull()
  const again = await lockDataDir(folder, 'transform')
  await again()
  expect(await readdir(path.join(folder, 'lock'))).toHaveLength(1)
})

it('lets exactly one of many in', async () => {
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDir(folder, 'sync')))
  expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
})

it('takes over from a holder that died on this host', async () => {
  await leave(3, dead)
  expect(await lockHolder(folder)).toMatchObject({ isDead: true })
  const unlock = await lockDataDir(folder, 'sync')
  expect(await readdir(path.join(folder, 'lock'))).toEqual(['4'])
  await unlock()
})

it('takes over from a holder whose process id is ours or another process by now', async () => {
  await leave(1, { ...dead, pid: process.pid, process_start: '1' })
  const unlock = await lockDataDir(folder, 'sync')
  await unlock()
  if (process.platform !== 'linux') return
  await leave(9, { ...dead, pid: process.ppid, process_start: '1' })
  await (await lockDataDir(folder, 'sync'))()
})

it('does not take over from another host, whose processes it cannot see', async () => {
  await leave(1, { ...dead, pid: 1, host: `not-${hostname()}` })
  await expect(lockDataDir(folder, 'sync')).rejects.toThrow(/not-/)
})

it('says what to do when the folder cannot be made', async () => {
  const file = path.join(folder, 'a-file')
  await writeFile(file, '')
  await expect(lockDataDir(path.join(file, 'data'), 'sync')).rejects.toThrow(
    /cannot be made \(ENOTDIR\).*--data-dir/,
  )
})

it('never lets two of many processes in, also when all find the same dead holder', async () => {
  const log = path.join(folder, 'log')
  const turns = 8
  const children = Array.from({ length: 6 }, () =>
    fork(path.join(import.meta.dirname, 'lockContender.ts'), [folder, log, String(turns)], {
      stdio: 'inherit',
    }),
  )
  // All begin together, on a lock that each process leaves behind dead at every second turn.
  await Promise.all(children.map((child) => once(child, 'message')))
  await leave(1, dead)
  for (const child of children) child.send('go')
  for (const [code] of await Promise.all(children.map((child) => once(child, 'exit')))) expect(code).toBe(0)
  const lines = (await readFile(log, 'utf8')).trim().split('\n')
  expect(lines).toHaveLength(2 * turns * children.length)
  for (let at = 0; at < lines.length; at += 2) {
    const [who] = (lines[at] as string).split(' ')
    expect(lines.slice(at, at + 2), `line ${at}`).toEqual([`${who} in`, `${who} out`])
  }
}, 120_000)

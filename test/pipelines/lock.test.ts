import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lockDataDir } from '../../pipelines/lock.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('lets one command in and tells the second who holds the folder', async () => {
  const unlock = await lockDataDir(folder, 'sync')
  await expect(lockDataDir(folder, 'transform')).rejects.toThrow(
    new RegExp(`Another rollcall sync \\(process ${process.pid} on `),
  )
  await unlock()
  const again = await lockDataDir(folder, 'transform')
  await again()
  expect(await readdir(folder)).toEqual([])
})

it('lets exactly one of many in', async () => {
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDir(folder, 'sync')))
  expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
})

it('takes over from a holder that died on this host', async () => {
  // Process ids end far below this number on every system.
  const dead = { pid: 2 ** 30, host: hostname(), command: 'sync', started_at: '2026-01-01T00:00:00.000Z' }
  await writeFile(path.join(folder, 'lock'), JSON.stringify(dead))
  const unlock = await lockDataDir(folder, 'sync')
  await unlock()
})

it('does not take over from another host, whose processes it cannot see', async () => {
  const elsewhere = {
    pid: 1,
    host: `not-${hostname()}`,
    command: 'sync',
    started_at: '2026-01-01T00:00:00.000Z',
  }
  await writeFile(path.join(folder, 'lock'), JSON.stringify(elsewhere))
  await expect(lockDataDir(folder, 'sync')).rejects.toThrow(/not-/)
})

it('says what to do when the folder cannot be made', async () => {
  const file = path.join(folder, 'a-file')
  await writeFile(file, '')
  await expect(lockDataDir(path.join(file, 'data'), 'sync')).rejects.toThrow(
    /cannot be made \(ENOTDIR\).*--data-dir/,
  )
})

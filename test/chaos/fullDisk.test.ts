import { spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { extract } from '../../extract/extract.ts'
import { contentHash } from '../../load/contentHash.ts'
import { load } from '../../load/load.ts'
import { startSimulator } from '../../simulator/server.ts'
import { transform } from '../../transform/transform.ts'
import { createTestDatabase } from '../postgres/testDatabase.ts'
import { calmWarehouse, tinyAccount, today } from './pipeline.ts'
import { isFull } from './scope.ts'

/** A disk of so many kilobytes; null where this user may not mount one. */
async function smallDisk(folder: string, kilobytes: number) {
  await mkdir(folder, { recursive: true })
  const mount = (...args: string[]) => spawnSync('mount', args, { encoding: 'utf8' }).status === 0
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  if (!mount('-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder)) return null
  return {
    grow: (to: number) => expect(mount('-o', `remount,size=${to}k`, folder)).toBe(true),
    unmount: () => spawnSync('umount', ['-l', folder]),
  }
}

test.runIf(isFull)(
  'a full disk is named, breaks nothing, and the next run goes on when there is space',
  {
    timeout: 180_000,
  },
  async (context) => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'rollcall-full-'))
    const disks: NonNullable<Awaited<ReturnType<typeof smallDisk>>>[] = []
    const disk = async (name: string, kilobytes: number) => {
      const made = await smallDisk(path.join(dataDir, name), kilobytes)
      if (made !== null) disks.push(made)
      return made
    }
    const account = tinyAccount()
    const simulator = await startSimulator({ account, rateLimits: false, pageSizeMax: 20 })
    const { accountId, clientId, clientSecret, apiUrl, oauthUrl } = simulator
    const read = () =>
      extract(
        { dataDir, accountId, clientId, clientSecret, apiUrl, oauthUrl, plan: 'unlimited', mode: 'full' },
        { clock: () => today.getTime(), sleep: async () => undefined },
      )
    const database = await createTestDatabase()
    const loadIt = (tempDir: string) =>
      load({
        catalogPath: path.join(dataDir, 'rollcall.duckdb'),
        databaseUrl: database.url,
        run: {
          id: 'full',
          kind: 'sync',
          account_id: account.id,
          started_at: today,
          software_version: 'test',
        },
        tempDir,
      })
    try {
      const journal = await disk('journal', 64)
      if (journal === null) {
        context.skip('needs root on Linux, to mount a small disk')
        return
      }
      const { hash } = await calmWarehouse()

      await expect(read()).rejects.toThrow(/Cannot write .*journal.*ENOSPC.*The disk is full: free space/)
      journal.grow(65_536)
      const raw = await disk('raw', 24)
      await expect(read()).rejects.toThrow(/Cannot (write|create|create folder) .*raw.*ENOSPC.*free space/)
      raw?.grow(65_536)
      const before = simulator.stats().requests
      await read()
      // Two runs broke off; what they had read was in the journal.
      const asked = simulator
        .requests()
        .filter((request) => request.path !== '/oauth/token')
        .map((request) => `${request.path}?${new URLSearchParams(request.query)}`)
      expect(simulator.stats().requests).toBeGreaterThan(before)
      expect(asked.length - new Set(asked).size).toBeLessThanOrEqual(2 * 16)
      expect(globSync('raw/**/*.tmp', { cwd: dataDir })).toEqual([])

      const whole = await disk('models', 65_536)
      const models = path.join(dataDir, 'models')
      // The raw zone as it is, and too little room beside it for the catalog.
      spawnSync('cp', ['-r', path.join(dataDir, 'raw'), models])
      const { bavail, bsize } = await statfs(models)
      const ballast = path.join(models, 'ballast')
      await writeFile(ballast, Buffer.alloc(bavail * bsize - 1_500_000))
      await expect(transform({ dataDir: models })).rejects.toThrow(/The disk is full: free space/)
      expect(existsSync(path.join(models, 'rollcall.duckdb'))).toBe(false)
      expect(globSync('*.building*', { cwd: models })).toEqual([])
      await rm(ballast)
      await transform({ dataDir: models })
      whole?.grow(131_072)

      await transform({ dataDir })
      const temp = await disk('load', 100)
      await expect(loadIt(path.join(dataDir, 'load'))).rejects.toThrow(/The disk is full: free space/)
      temp?.grow(65_536)
      await loadIt(path.join(dataDir, 'load'))
      expect(await contentHash(database.url)).toBe(hash)
    } finally {
      await simulator.close()
      await database.drop()
      for (const mounted of disks.reverse()) mounted.unmount()
      await rm(dataDir, { recursive: true, force: true })
    }
  },
)

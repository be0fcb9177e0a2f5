import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSmallWarehouse } from '../load/loading.ts'
import { rollcall } from '../pipelines/cli.ts'
import { createTestDatabase } from '../postgres/testDatabase.ts'

const entry = fileURLToPath(new URL('../../bin/rollcall.js', import.meta.url))
let folder: string
let url: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-dashboard-command-'))
  url = await createSmallWarehouse()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

// Each starts processes of its own, which takes long where other tests run beside.
describe('rollcall dashboard', { timeout: 120_000 }, () => {
  it('serves on loopback, says where, and ends well when it is stopped', async () => {
    const { PATH = '', HOME = '' } = process.env
    const child = spawn(process.execPath, [entry, 'dashboard'], {
      cwd: folder,
      env: { PATH, HOME, DATABASE_URL: url, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    let printed = ''
    const address = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (text) => {
        printed += text
        if (printed.includes('\n')) resolve(printed.trim())
      })
      ended.then(() => reject(new Error(`It ended before it said where it is: ${printed}`)))
    })
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    const page = await fetch(address)
    expect(await page.text()).toContain('content="live"')
    const answer = await fetch(`${address}api/account`, { headers: { 'Accept-Encoding': 'gzip' } })
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    expect(await answer.json()).toMatchObject({ totals: { instances: 3 } })
    child.kill('SIGINT')
    expect(await ended).toBe(0)
  })

  it('writes files with --out, and says what they hold', async () => {
    const out = path.join(folder, 'out')
    const { code, stdout } = await rollcall(
      ['dashboard', '--out', out, '--json'],
      { DATABASE_URL: url },
      folder,
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ folder: out, webinars: 2, instances: 3 })
    expect(await readdir(out)).toEqual(expect.arrayContaining(['assets', 'data', 'index.html']))
  })

  it('refuses what cannot be meant, before it opens anything', async () => {
    const taken = path.join(folder, 'taken')
    await mkdir(path.join(taken, 'mine'), { recursive: true })
    const wrong: [args: string[], message: RegExp][] = [
      [['--out', 'x', '--open'], /--out writes files and ends/],
      [['--port', '70000'], /Expected a port/],
      [['--out', taken], /not empty and holds no earlier export/],
    ]
    const results = await Promise.all(
      wrong.map(([args]) => rollcall(['dashboard', ...args], { DATABASE_URL: url }, folder)),
    )
    for (const [index, { code, stderr }] of results.entries()) {
      expect(code).toBe(2)
      expect(stderr).toMatch(wrong[index]?.[1] ?? '')
    }
    expect(await readdir(taken)).toEqual(['mine'])
  })

  it('says what to run where nothing was ever published, and makes no empty warehouse', async () => {
    const nowhere = path.join(folder, 'nowhere')
    const [absent, empty] = await Promise.all([
      rollcall(['dashboard', '--data-dir', nowhere], {}, folder),
      rollcall(['dashboard'], { DATABASE_URL: (await createTestDatabase('empty')).url }, folder),
    ])
    expect(absent).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Run rollcall sync; or npm run demo/),
    })
    expect(await readdir(folder)).not.toContain('nowhere')
    expect(empty).toMatchObject({ code: 1, stderr: expect.stringMatching(/nothing in the warehouse/) })
  })
})

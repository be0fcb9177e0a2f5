import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { revokeReader } from '../../load/readers.ts'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'
import { rollcall } from './cli.ts'

const role = `bi_${process.pid}`
let folder: string
let url: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-warehouse-'))
  url = (await createTestDatabase()).url
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const run = (...args: string[]) => rollcall(['warehouse', ...args], { DATABASE_URL: url }, folder)

it('A reader is made, told how to connect, and taken back', async () => {
  const granted = await run('grant', role, '--json')
  expect(granted).toMatchObject({ code: 0 })
  const { password, withheld } = JSON.parse(granted.stdout)
  expect(withheld).toContain('zoom_people.primary_email')

  const told = await run('url', '--role', role, '--json')
  const address = JSON.parse(told.stdout).url.replace('PASSWORD', password)
  expect(await query(address, 'select current_user as name')).toEqual([{ name: role }])

  expect(await run('revoke', role)).toMatchObject({ code: 0, stderr: `Role "${role}" is gone.\n` })
  await expect(query(address, 'select 1')).rejects.toThrow()
})

it('A generated password is shown also with --quiet, and one from DATABASE_URL never', async () => {
  const quiet = await run('grant', role, '--quiet')
  expect(quiet.stderr).toMatch(/^Password, shown this once: [\w-]{24}\n$/)
  await revokeReader(url, role)
  const own = await run('url', '--for', 'metabase')
  expect(own.stdout).toMatch(/Password +PASSWORD/)
  expect(own.stdout + own.stderr).not.toContain(new URL(url).password)
})

it('Two ways to a password at once are wrong usage', async () => {
  expect(await run('grant', role, '--new-password', '--password-stdin')).toMatchObject({ code: 2 })
})

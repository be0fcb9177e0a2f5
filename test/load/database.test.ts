import { describe, expect, inject, it } from 'vitest'
import { contentHash } from '../../load/contentHash.ts'
import { openDatabase } from '../../load/database.ts'
import { freePort } from '../../load/embedded/freePort.ts'
import { loadMarts } from './loading.ts'

const password = 'hunter2-secret'

/** The address of the test server with parts of it changed. */
function address(
  change: Partial<Pick<URL, 'hostname' | 'port' | 'username' | 'password' | 'pathname'>>,
): string {
  return Object.assign(new URL(inject('postgresUrl')), { password, ...change }).href
}

async function failure(url: string, schema?: string): Promise<string> {
  const error = await openDatabase(url, schema).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'WarehouseError' })
  // Nothing of the error may hold the password, its causes included.
  for (let each = error as Error | undefined; each; each = each.cause as Error | undefined) {
    expect(each.message + JSON.stringify(each, Object.getOwnPropertyNames(each))).not.toContain(password)
  }
  return (error as Error).message
}

describe('openDatabase', () => {
  it('says where nothing answers', async () => {
    const port = String(await freePort())
    expect(await failure(address({ port }))).toMatch(`Nothing answers at 127.0.0.1:${port}`)
  })

  it('says which host cannot be found', async () => {
    expect(await failure(address({ hostname: 'no-such-host.invalid' }))).toMatch(
      /host of no-such-host\.invalid:\d+ cannot be found/,
    )
  })

  it('says whose password was refused', async () => {
    expect(await failure(address({}))).toMatch(/password of user "rollcall" was refused .*DATABASE_URL/)
    expect(await failure(address({ password: '' }))).toMatch(/password of user "rollcall" was refused/)
  })

  it('says which database is missing', async () => {
    const { password: right } = new URL(inject('postgresUrl'))
    expect(await failure(address({ password: right, pathname: '/no_such_database' }))).toMatch(
      /no database "no_such_database"/,
    )
  })

  it('shows what an address looks like when it cannot be read', async () => {
    expect(await failure(`postgres://rollcall:${password}@host:port:/x`)).toMatch(
      /Expected postgres:\/\/user/,
    )
  })

  it('refuses a schema name that is none', async () => {
    for (const schema of ['', 'pg_catalog', 'Two Words', 'x"; drop schema public; --', '1st']) {
      expect(await failure(address({}), schema)).toMatch(/^Expected the schema to be/)
    }
  })

  it('is how load and contentHash connect', async () => {
    await expect(loadMarts(address({}), {})).rejects.toThrow(/password of user/)
    await expect(contentHash(address({}))).rejects.toThrow(/password of user/)
  })
})

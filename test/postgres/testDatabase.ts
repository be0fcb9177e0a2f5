import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { templateDatabase } from './template.ts'

export interface TestDatabase {
  url: string
  /** Drops it, and disconnects whoever still uses it. Also done after the test file. */
  drop(): Promise<void>
}

/**
 * A fresh database, dropped after the test file. Call it in a test, in `beforeAll` or at the top of a file.
 * @param template `migrated`: with the warehouse's empty tables and views; `empty`: with nothing
 */
export async function createTestDatabase(template: 'migrated' | 'empty' = 'migrated'): Promise<TestDatabase> {
  return copyOf(template === 'migrated' ? templateDatabase : 'template0')
}

/**
 * A fresh database that is filled already. Whoever asks for it first in a test run fills it, everybody gets a copy.
 * @param name what is in it, as an identifier of SQL; the same name is always filled in the same way
 * @param fill gets a migrated database
 */
export async function createFilledDatabase(
  name: string,
  fill: (url: string) => Promise<unknown>,
): Promise<TestDatabase> {
  const filled = `filled_${name}`
  const half = `${filled}_half`
  await asAdmin(async (client) => {
    await client.query('select pg_advisory_lock(hashtext($1))', [filled])
    const { rows } = await client.query('select from pg_database where datname = $1', [filled])
    if (rows.length > 0) return
    // Of somebody who failed, or was ended, meanwhile.
    await client.query(`drop database if exists ${half} with (force)`)
    await admin(`create database ${half} template ${templateDatabase} strategy file_copy`)
    await fill(urlOf(half))
    await client.query(`alter database ${half} rename to ${filled}`)
  })
  return copyOf(filled)
}

async function copyOf(template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  // Copied as files: writing a copy to the log as well takes twice as long.
  await admin(`create database ${name} template ${template} strategy file_copy`)
  let isDropped = false
  const database = {
    url: urlOf(name),
    async drop() {
      if (isDropped) return
      isDropped = true
      await admin(`drop database ${name} with (force)`)
    },
  }
  created.push(database)
  return database
}

/** One statement, or several rows of it, on a database: for looking at results. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, options: '-c timezone=UTC' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Row>(sql, values)).rows
  } finally {
    await client.end()
  }
}

const created: TestDatabase[] = []

/** Drops what the test file made; see `afterEachFile`. */
export async function dropTestDatabases(): Promise<void> {
  for (const database of created.splice(0)) await database.drop()
}

function urlOf(database: string): string {
  const url = new URL(inject('postgresUrl'))
  url.pathname = database
  return url.href
}

const admin = (sql: string): Promise<void> =>
  asAdmin(async (client) => {
    // Copies of one template at the same time wait for each other instead of failing on it.
    await client.query(`select pg_advisory_lock(hashtext('create test database'))`)
    await client.query(sql)
  })

async function asAdmin(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

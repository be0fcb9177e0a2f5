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
  const name = `test_${randomBytes(6).toString('hex')}`
  const from = template === 'migrated' ? templateDatabase : 'template0'
  // Copied as files: writing a copy to the log as well takes twice as long.
  await admin(`create database ${name} template ${from} strategy file_copy`)
  const url = new URL(inject('postgresUrl'))
  url.pathname = name
  let isDropped = false
  const database = {
    url: url.href,
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

async function admin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  try {
    // Copies of one template at the same time wait for each other instead of failing on it.
    await client.query(`select pg_advisory_lock(hashtext('create test database'))`)
    await client.query(sql)
  } finally {
    await client.end()
  }
}

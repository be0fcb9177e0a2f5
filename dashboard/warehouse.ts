import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import { openDatabase } from '../load/database.ts'
import type { Warehouse } from './tables.ts'

/** What a query is given: one snapshot of the warehouse, in which nothing can be written. */
export type Snapshot = Transaction<Warehouse>

/** The warehouse, to be looked at. */
export interface Reader {
  /** Runs the queries of one answer, all on the same state of the warehouse, even while a sync publishes. */
  read<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** For the length of one answer. */
const settings = {
  // A question that takes longer is given up, so that a page left open cannot keep the server busy.
  statement_timeout: '20s',
  // The default of 4 MB sends a grouping of all persons to disk.
  work_mem: '64MB',
  // Compiling these queries takes longer than running them.
  jit: 'off',
}

/** Opens the warehouse for reading only. @throws WarehouseError as `openDatabase` */
export async function openReader(databaseUrl: string, schema?: string): Promise<Reader> {
  const database = await openDatabase(databaseUrl, schema)
  const kysely = new Kysely<Warehouse>({ dialect: new PostgresDialect({ pool: database.pool }) })
  return {
    read: (work) =>
      kysely
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(async (snapshot) => {
          const each = Object.entries(settings).map(
            ([name, value]) => sql`set_config(${name}, ${value}, true)`,
          )
          await sql`select ${sql.join(each)}`.execute(snapshot)
          return await work(snapshot)
        }),
    close: database.close,
  }
}

/** Whether anything was ever published there. */
export async function isPublished(reader: Reader): Promise<boolean> {
  return await reader.read(async (snapshot) => {
    const { rows } = await sql<{ found: boolean }>`
      select to_regclass('zoom_webinar_instances') is not null and to_regclass('rollcall_runs') is not null as found
    `.execute(snapshot)
    return rows[0]?.found === true
  })
}

import { promises as fs } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type MigrationProvider, Migrator } from 'kysely/migration'
import pg from 'pg'
import { type Database, openDatabase } from './database.ts'
import { WarehouseError } from './errors.ts'
import { refreshViews } from './views.ts'

/** Never to be changed: a warehouse that exists is recognised by them. */
const bookkeeping = { table: 'rollcall_migrations', lock: 'rollcall_migration_lock' }

export interface MigrationSummary {
  /** Names of the migrations this call applied, in order. */
  applied: string[]
  /** Names of the views this call created anew. */
  views: string[]
}

/**
 * Brings the schema to the version of this code: pending migrations in one transaction, then the views. Any number
 * of processes may do it at once; a second run does nothing. Migrations go forward only, because every table can
 * be built again from the catalog.
 * @throws WarehouseError (terminal) where the schema is newer than the code, naming both versions
 */
export async function migrate(
  url: string,
  schema = 'public',
  provider: MigrationProvider = migrationFiles(),
): Promise<MigrationSummary> {
  const database = await openDatabase(url, schema)
  try {
    const pending = await pendingMigrations(database, provider)
    // Every load comes by here, and hardly any has something to apply.
    const applied = pending.length === 0 ? [] : await applyAll(database, provider)
    return { applied, views: await refreshViews(database) }
  } finally {
    await database.close()
  }
}

/** @throws WarehouseError (terminal) naming the migration that failed */
async function applyAll({ kysely, schema }: Database, provider: MigrationProvider): Promise<string[]> {
  const migrator = new Migrator({
    db: kysely,
    provider,
    migrationTableSchema: schema,
    migrationTableName: bookkeeping.table,
    migrationLockTableName: bookkeeping.lock,
    // An unordered file is a mistake of a merge: rename it, so that all warehouses take the same path.
    allowUnorderedMigrations: false,
  })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error === undefined) return results.map((result) => result.migrationName)
  // All pending ones share a transaction: those reported as successful were rolled back too.
  const failed = results.find((result) => result.status === 'Error')?.migrationName ?? 'before the first one'
  throw new WarehouseError(
    'terminal',
    `The migrations of schema "${schema}" failed at ${failed} and were all rolled back: ` +
      `${error instanceof Error ? error.message : String(error)}. The user in DATABASE_URL must be allowed to ` +
      `create tables there (grant create on schema ${schema} to …).`,
    { cause: error },
  )
}

/** The files of `migrations/`. Anything else in that folder is a mistake and is refused, not skipped. */
function migrationFiles(): MigrationProvider {
  const folder = path.join(import.meta.dirname, 'migrations')
  return {
    async getMigrations() {
      const names = (await fs.readdir(folder)).sort()
      const migrations = await Promise.all(
        names.map(async (name) => {
          const module = await import(pathToFileURL(path.join(folder, name)).href)
          if (!/^\d{4}-\d{2}-\d{2}-[a-z0-9-]+\.ts$/.test(name) || typeof module.up !== 'function') {
            throw new WarehouseError(
              'terminal',
              `${path.join(folder, name)} is not a migration: it needs a dated name and \`up\`.`,
            )
          }
          return [name.slice(0, -'.ts'.length), { up: module.up }] as const
        }),
      )
      return Object.fromEntries(migrations)
    },
  }
}

/** Which migrations a schema has and which this version knows, both in order. Changes nothing. */
export async function migrationState(
  { pool, schema }: Pick<Database, 'pool' | 'schema'>,
  provider: MigrationProvider = migrationFiles(),
): Promise<{ applied: string[]; known: string[] }> {
  const known = Object.keys(await provider.getMigrations()).sort()
  const table = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(bookkeeping.table)}`
  const { rows: found } = await pool.query<{ found: boolean }>(
    'select to_regclass($1) is not null as found',
    [table],
  )
  if (found[0]?.found !== true) return { applied: [], known }
  const { rows } = await pool.query<{ name: string }>(`select name from ${table} order by name`)
  return { applied: rows.map((row) => row.name), known }
}

/** @throws WarehouseError (terminal) where the schema is newer than the code */
async function pendingMigrations(database: Database, provider: MigrationProvider): Promise<string[]> {
  const { applied, known } = await migrationState(database, provider)
  const unknown = applied.filter((name) => !known.includes(name))
  if (unknown.length === 0) return known.filter((name) => !applied.includes(name))
  throw new WarehouseError(
    'terminal',
    `Schema "${database.schema}" was migrated by a newer rollcall: it is at ${unknown.at(-1)}, and this version knows it up ` +
      `to ${known.at(-1)}. Update rollcall, or use another schema or database.`,
  )
}

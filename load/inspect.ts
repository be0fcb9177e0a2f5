import { openDatabase } from './database.ts'
import { errorCode, isTransient, WarehouseError } from './errors.ts'
import { migrationState } from './migrate.ts'
import { publishedTables } from './tables.ts'

/** What a warehouse must offer before something can be loaded into it. */
export interface DatabaseFacts {
  /** As `server_version_num`: 170004 is 17.4. */
  versionNumber: number
  version: string
  user: string
  database: string
  /** A replica, or a role that may only read. */
  isReadOnly: boolean
  /** Tables can be created in the schema (the schema itself, where it is not there yet). */
  canCreate: boolean
  /** Tables of ours that belong to a role this user is no member of, so that they cannot be altered. */
  foreignTables: string[]
  /** Migrations the schema has, and those this version knows; both in order. Null where the user may not read them. */
  migrations: { applied: string[]; known: string[] } | null
  size_bytes: number
}

/** Looks at a warehouse without changing it. @throws WarehouseError as `openDatabase` */
export async function inspectDatabase(url: string, schema = 'public'): Promise<DatabaseFacts> {
  const database = await openDatabase(url, schema)
  try {
    const { rows } = await database.pool.query(
      `select
         current_setting('server_version_num')::int as version_number,
         current_setting('server_version') as version,
         current_user as user_name,
         current_database() as database_name,
         pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as is_read_only,
         case when to_regnamespace($1) is null
           then has_database_privilege(current_database(), 'create')
           else has_schema_privilege($1, 'create')
         end as can_create,
         pg_database_size(current_database())::text as size_bytes`,
      [schema],
    )
    const { rows: foreign } = await database.pool.query<{ name: string }>(
      `select relname as name
       from pg_class
       where relnamespace = to_regnamespace($1) and relname = any($2)
         and not pg_has_role(current_user, relowner, 'usage')
       order by relname`,
      [schema, publishedTables.map((table) => table.name)],
    )
    const [facts] = rows
    return {
      versionNumber: facts.version_number,
      version: facts.version,
      user: facts.user_name,
      database: facts.database_name,
      isReadOnly: facts.is_read_only,
      canCreate: facts.can_create,
      foreignTables: foreign.map((table) => table.name),
      migrations: await migrationState(database).catch(unlessForbidden),
      size_bytes: Number(facts.size_bytes),
    }
  } catch (error) {
    if (error instanceof WarehouseError) throw error
    const kind = isTransient(error) ? 'transient' : 'terminal'
    throw new WarehouseError(
      kind,
      `The warehouse answers, but not what was asked: ${error instanceof Error ? error.message : String(error)}.`,
      { code: errorCode(error), cause: error },
    )
  } finally {
    await database.close()
  }
}

/** insufficient_privilege: another role made the schema. */
function unlessForbidden(error: unknown): null {
  if (errorCode(error) === '42501') return null
  throw error
}

import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { errorCode, isTransient, WarehouseError } from './errors.ts'

/** A pool of connections to one schema of one database. */
export interface Database {
  /** Untyped on purpose: this layer's statements are about whole tables, not about their rows. */
  kysely: Kysely<Record<string, never>>
  pool: pg.Pool
  schema: string
  close(): Promise<void>
}

const connectionLimitMs = 15_000

/**
 * Opens the warehouse and proves that it answers.
 * @param url postgres://user:password@host:port/database
 * @param schema where the tables live; the search path of every connection is set to it
 * @throws WarehouseError that says which of host, password, database is wrong and never shows the password
 */
export async function openDatabase(url: string, schema = 'public'): Promise<Database> {
  checkSchemaName(schema)
  const pool = readable(url, () => {
    return new pg.Pool({ ...settings(url), max: 4, onConnect: (client) => prepare(client, schema) })
  })
  // A connection lost while idle is dropped by the pool; the next query opens another or fails with the reason.
  pool.on('error', () => undefined)
  try {
    await pool.query('select 1')
  } catch (error) {
    await pool.end()
    throw connectionError(error, url)
  }
  const kysely = new Kysely<Record<string, never>>({ dialect: new PostgresDialect({ pool }) })
  return {
    kysely,
    pool,
    schema,
    async close() {
      await kysely.destroy()
      // Kysely ends only what it has used, and idle connections would keep the process alive for 10 seconds.
      if (!pool.ending) await pool.end()
    },
  }
}

/** One connection of its own, for a transaction with COPY. The caller ends it. Errors as `openDatabase`. */
export async function openConnection(url: string, schema = 'public'): Promise<pg.Client> {
  checkSchemaName(schema)
  const client = readable(url, () => new pg.Client(settings(url)))
  // Also reported to the query under way, or to the next one.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await prepare(client, schema)
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    throw connectionError(error, url)
  }
}

/** @throws WarehouseError unless this is a plain SQL name that Postgres does not keep for itself. */
function checkSchemaName(schema: string): void {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(schema) && !/^(pg_|information_schema$)/.test(schema)) return
  throw new WarehouseError(
    'terminal',
    `Expected the schema to be a lower-case name of letters, digits and underscores that does not start with a ` +
      `digit or pg_, at most 63 long; got ${JSON.stringify(schema)}.`,
  )
}

function settings(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: connectionLimitMs,
    keepAlive: true,
    application_name: 'rollcall',
  }
}

/** Everything a connection's results could depend on is set here, not left to the server's configuration. */
async function prepare(client: pg.ClientBase, schema: string): Promise<void> {
  await client.query(
    `select set_config('search_path', $1, false), set_config('TimeZone', 'UTC', false),
       set_config('DateStyle', 'ISO, MDY', false), set_config('extra_float_digits', '1', false),
       set_config('client_min_messages', 'warning', false)`,
    [pg.escapeIdentifier(schema)],
  )
}

/** pg's own error for an unreadable address carries the address, password and all; this one does not. */
function readable<T>(url: string, open: () => T): T {
  try {
    describe(url)
    return open()
  } catch {
    throw new WarehouseError(
      'terminal',
      'DATABASE_URL cannot be read. Expected postgres://user:password@host:port/database, with special characters ' +
        'of the password percent-encoded (@ as %40, # as %23, / as %2F).',
    )
  }
}

/** Where the address points, without the password. */
function describe(url: string): { place: string; user: string; database: string } {
  const client = new pg.Client({ connectionString: url })
  return { place: `${client.host}:${client.port}`, user: client.user ?? '', database: client.database ?? '' }
}

function connectionError(error: unknown, url: string): WarehouseError {
  if (error instanceof WarehouseError) return error
  const { place, user, database } = describe(url)
  const code = errorCode(error)
  const message = error instanceof Error ? error.message : String(error)
  const kind = isTransient(error) ? 'transient' : 'terminal'
  const failure = (text: string) => new WarehouseError(kind, text, { code })
  if (code === 'ECONNREFUSED') {
    return failure(
      `Nothing answers at ${place}: the warehouse is not running there. Start that Postgres or correct DATABASE_URL; ` +
        'without DATABASE_URL rollcall uses its own, see `rollcall warehouse start`.',
    )
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return failure(`The host of ${place} cannot be found. Correct the host in DATABASE_URL.`)
  }
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || /timeout/i.test(message)) {
    return failure(
      `${place} did not answer within ${connectionLimitMs / 1000} s. Check host and port in DATABASE_URL, and the ` +
        'firewall in between.',
    )
  }
  if (code === '28P01' || /^SASL/.test(message)) {
    return failure(
      `The password of user "${user}" was refused by ${place}. Correct user and password in DATABASE_URL.`,
    )
  }
  if (code === '28000') {
    return failure(
      `${place} does not let user "${user}" in (${message}). Correct the user in DATABASE_URL, or allow it in pg_hba.conf.`,
    )
  }
  if (code === '3D000') {
    return failure(
      `There is no database "${database}" at ${place}. Create it (\`createdb ${database}\`) or correct its name in ` +
        'DATABASE_URL.',
    )
  }
  return failure(`The warehouse at ${place} cannot be opened: ${message}. Check DATABASE_URL.`)
}

import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { quote } from './copyRow.ts'
import { type Database, openDatabase } from './database.ts'
import { errorCode, WarehouseError } from './errors.ts'
import { readableColumns, restoreGrants } from './grants.ts'
import { migrate } from './migrate.ts'
import { classify } from './personalColumns.ts'
import { scramVerifier } from './scram.ts'
import { lockViews } from './views.ts'

/*
 * A reader, a role of the database server:
 *
 *   absent ──grant──▶ reads ──grant again──▶ reads, as now told ──revoke──▶ absent (or left alone, where somebody
 *                                                                            else made the role)
 *
 * All of a step is one transaction, and a grant ends by asking the server what the role can do now, by whatever way
 * (memberships, PUBLIC, superuser): where that is more than promised, nothing is done and the message says why.
 */

export interface GrantOptions {
  role: string
  /** Also names, e-mail addresses and what people typed. */
  withPersonalData: boolean
  /** A password to set; without one, a new role gets a generated one and an old role keeps its own. */
  password?: string
  /** Generate a password even where the role has one. */
  newPassword?: boolean
  /** Connections the role may have open at once; 10 for a new role. */
  connectionLimit?: number
}

export interface GrantSummary {
  role: string
  isNew: boolean
  /** The generated password. Nowhere stored: shown once or lost. */
  password: string | null
  withPersonalData: boolean
  /** Tables and views the role may read. */
  relations: number
  /** `relation.column` of everything it may not. */
  withheld: string[]
  warnings: string[]
}

const connections = 10

/**
 * Makes or updates a role that may read the warehouse and change nothing.
 * @param schema where the tables are; they are created first where this warehouse is new
 * @throws WarehouseError (terminal) where the role's name cannot be one, the user may not create roles, or the role
 *   could do more than read what it is meant to
 */
export async function grantReader(
  url: string,
  options: GrantOptions,
  schema = 'public',
): Promise<GrantSummary> {
  checkRoleName(options.role)
  checkPassword(options.password)
  await migrate(url, schema)
  return await inTransaction(url, schema, async (client) => {
    const { role, withPersonalData } = options
    const existing = await findRole(client, role)
    const isOurs = existing === undefined || (await isCreatedByUs(client, role))
    const generated =
      options.password === undefined && (existing === undefined || options.newPassword === true)
    const password = generated ? randomBytes(18).toString('base64url') : options.password
    await setUpRole(client, options, existing !== undefined, password)
    if (isOurs) await limitRole(client, role, schema)
    await client.query(
      `insert into rollcall_readers (role_name, with_personal_data, is_created) values ($1, $2, $3)
       on conflict (role_name) do update set with_personal_data = excluded.with_personal_data`,
      [role, withPersonalData, isOurs],
    )
    await client.query(`grant usage on schema ${quote(schema)} to ${pg.escapeIdentifier(role)}`)
    const { rows: place } = await client.query<{ name: string }>('select current_database() as name')
    await client.query(
      `grant connect on database ${quote(place[0]?.name ?? '')} to ${pg.escapeIdentifier(role)}`,
    )
    await restoreGrants(client, schema)
    const columns = await readableColumns(client, schema)
    const withheld = withPersonalData ? [] : columns.filter((column) => classify(column) !== 'open')
    await refuseWhoCanMore(client, schema, role, withheld)
    return {
      role,
      isNew: existing === undefined,
      password: generated ? (password as string) : null,
      withPersonalData,
      relations: new Set(columns.map((column) => column.relation)).size,
      withheld: withheld.map((column) => `${column.relation}.${column.name}`),
      warnings: await warningsAbout(client, schema, role),
    }
  })
}

export interface RevokeSummary {
  role: string
  /** Whether the role is gone; one that rollcall did not make stays, without its grants. */
  isDropped: boolean
}

/** Takes all grants from a reader, and drops the role where rollcall made it. Open sessions can read nothing more. */
export async function revokeReader(url: string, role: string, schema = 'public'): Promise<RevokeSummary> {
  await migrate(url, schema)
  return await inTransaction(url, schema, async (client) => {
    const { rows } = await client.query<{ is_created: boolean }>(
      'delete from rollcall_readers where role_name = $1 returning is_created',
      [role],
    )
    const reader = rows[0]
    if (reader === undefined) {
      const { rows: others } = await client.query<{ role_name: string }>(
        'select role_name from rollcall_readers order by role_name',
      )
      throw new WarehouseError(
        'terminal',
        `No reader "${role}" was granted in this warehouse. Those that were: ` +
          `${others.map((other) => other.role_name).join(', ') || 'none'}.`,
      )
    }
    if ((await findRole(client, role)) === undefined) return { role, isDropped: true }
    const name = pg.escapeIdentifier(role)
    await client.query(`revoke all on all tables in schema ${quote(schema)} from ${name}`)
    await client.query(`revoke usage on schema ${quote(schema)} from ${name}`)
    const { rows: place } = await client.query<{ name: string }>('select current_database() as name')
    await client.query(`revoke connect on database ${quote(place[0]?.name ?? '')} from ${name}`)
    if (reader.is_created) await client.query(`drop role ${name}`)
    return { role, isDropped: reader.is_created }
  })
}

/** @throws WarehouseError unless Postgres can have a role of this name. */
function checkRoleName(role: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
  const isName = role !== '' && Buffer.byteLength(role) <= 63 && !/[\u0000-\u001f\u007f]/.test(role)
  if (isName && !/^(pg_.*|public|none)$/.test(role)) return
  throw new WarehouseError(
    'terminal',
    `${JSON.stringify(role)} cannot be the name of a role: expected 1 to 63 bytes, not public or none, and not ` +
      'beginning with pg_.',
  )
}

function checkPassword(password: string | undefined): void {
  if (password === undefined || /^[\x20-\x7e]{12,256}$/.test(password)) return
  throw new WarehouseError('terminal', 'Expected a password of 12 to 256 printable ASCII characters.')
}

async function inTransaction<T>(
  url: string,
  schema: string,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  const database: Database = await openDatabase(url, schema)
  try {
    const client = await database.pool.connect()
    try {
      await client.query('begin')
      // Views that are created anew meanwhile would be missed.
      await lockViews(client, schema)
      const result = await work(client)
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback').catch(() => undefined)
      throw readable(error)
    } finally {
      client.release()
    }
  } finally {
    await database.close()
  }
}

function readable(error: unknown): unknown {
  if (error instanceof WarehouseError) return error
  const code = errorCode(error)
  const message = error instanceof Error ? error.message : String(error)
  if (code === '42501') {
    return new WarehouseError(
      'terminal',
      `The user in DATABASE_URL may not do that (${message}). Have an administrator run \`create role … login ` +
        "password '…'`, then run this again: it grants to a role that is there without touching the role itself.",
      { code },
    )
  }
  if (code === '2BP01') {
    return new WarehouseError(
      'terminal',
      `The role cannot be dropped: ${message}. Take away what it has outside this warehouse, then run this again. ` +
        'Nothing was changed.',
      { code },
    )
  }
  return error
}

async function findRole(client: pg.ClientBase, role: string): Promise<{ rolname: string } | undefined> {
  const { rows } = await client.query<{ rolname: string }>(
    'select rolname from pg_roles where rolname = $1',
    [role],
  )
  return rows[0]
}

/** Whether rollcall made the role, for this warehouse. */
async function isCreatedByUs(client: pg.ClientBase, role: string): Promise<boolean> {
  const { rows } = await client.query<{ is_created: boolean }>(
    'select is_created from rollcall_readers where role_name = $1',
    [role],
  )
  return rows[0]?.is_created === true
}

async function setUpRole(
  client: pg.ClientBase,
  { role, connectionLimit }: GrantOptions,
  exists: boolean,
  password: string | undefined,
): Promise<void> {
  const limit = connectionLimit ?? (exists ? undefined : connections)
  const settings = [
    exists ? '' : 'login',
    limit === undefined ? '' : `connection limit ${limit}`,
    password === undefined ? '' : `password ${pg.escapeLiteral(scramVerifier(password))}`,
  ].filter((setting) => setting !== '')
  if (settings.length === 0) return
  await client.query(`${exists ? 'alter' : 'create'} role ${pg.escapeIdentifier(role)} ${settings.join(' ')}`)
}

/** Not what keeps the role from writing (it has no right to), but what makes tools see that at once. */
async function limitRole(client: pg.ClientBase, role: string, schema: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select current_database() as name')
  const place = `alter role ${pg.escapeIdentifier(role)} in database ${quote(rows[0]?.name ?? '')}`
  await client.query(`${place} set default_transaction_read_only = on`)
  await client.query(`${place} set search_path = ${quote(schema)}`)
}

/** @throws WarehouseError where the role can write to a table of the schema, or read what is to be withheld. */
async function refuseWhoCanMore(
  client: pg.ClientBase,
  schema: string,
  role: string,
  withheld: readonly { relation: string; name: string }[],
): Promise<void> {
  const { rows: writable } = await client.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = to_regnamespace(quote_ident($1)) and relkind in ('r', 'v') and relname ~ '^(zoom|rollcall)_'
       and has_table_privilege($2, oid, 'insert, update, delete, truncate, trigger')
     order by relname limit 1`,
    [schema, role],
  )
  const { rows: legible } = await client.query<{ name: string }>(
    `select relation || '.' || name as name from unnest($2::text[], $3::text[]) as withheld (relation, name)
     where has_column_privilege($1, format('%I.%I', $4::text, relation)::regclass, name, 'select')
     order by 1 limit 1`,
    [role, withheld.map(({ relation }) => relation), withheld.map(({ name }) => name), schema],
  )
  const excess = writable[0]
    ? `can write to ${writable[0].name}`
    : legible[0] && `can read ${legible[0].name}`
  if (!excess) return
  throw new WarehouseError(
    'terminal',
    `Role "${role}" ${excess} by a right it has already: as a superuser, as a member of another role, or as everybody ` +
      '(PUBLIC). A reader must not. Grant to another role, or take that right away first. Nothing was changed.',
  )
}

async function warningsAbout(client: pg.ClientBase, schema: string, role: string): Promise<string[]> {
  const { rows } = await client.query<{ can_create: boolean }>(
    'select has_schema_privilege($1, quote_ident($2), $3) as can_create',
    [role, schema, 'create'],
  )
  if (rows[0]?.can_create !== true) return []
  return [
    `Everybody may create tables in schema ${schema} of this database, as before Postgres 15, so this role may too. ` +
      `An administrator can end that: revoke create on schema ${schema} from public;`,
  ]
}

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Database } from './database.ts'
import { WarehouseError } from './errors.ts'
import { restoreGrants } from './grants.ts'

/** A view of the warehouse: `sql/warehouse/<name>.sql`. */
export interface View {
  name: string
  /** The bare SELECT with its header. */
  text: string
  /** First paragraph of the header: what one row is. */
  comment: string
  /** From the header's lines `-- column: meaning`. */
  columns: Map<string, string>
}

const folder = join(import.meta.dirname, '..', 'sql', 'warehouse')

/** The views of the warehouse, by name. */
export async function readViews(): Promise<View[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return await Promise.all(
    names.map(async (name) =>
      parseView(name.slice(0, -'.sql'.length), await readFile(join(folder, name), 'utf8')),
    ),
  )
}

/**
 * Reads the header: a paragraph that says what one row is, then one `-- column: meaning` per column, either of
 * them continued on lines that are indented further.
 */
export function parseView(name: string, text: string): View {
  const header = /^(?:--.*\n)*/.exec(text)?.[0] ?? ''
  const lines = header.split('\n').map((line) => line.slice(2))
  const columns = new Map<string, string>()
  const comment: string[] = []
  let column: string | undefined
  for (const line of lines) {
    const [, start, meaning] = /^ ([a-z][a-z0-9_]*): (.+)$/.exec(line) ?? []
    if (start !== undefined && meaning !== undefined) {
      column = start
      columns.set(column, meaning)
    } else if (column !== undefined && line.startsWith('   ')) {
      columns.set(column, `${columns.get(column)} ${line.trim()}`)
    } else if (column === undefined && line.trim() !== '') {
      comment.push(line.trim())
    }
  }
  return { name, text, comment: comment.join(' '), columns }
}

/**
 * Creates the views whose text is not the one the warehouse was last given, and gives readers what they may read, all
 * in one transaction.
 * @returns the names of those it created
 */
export async function refreshViews({ pool, schema }: Database): Promise<string[]> {
  const views = await readViews()
  const client = await pool.connect()
  try {
    await client.query('begin')
    await lockViews(client, schema)
    const known = await client.query<{ view_name: string; text_hash: string }>(
      'select view_name, text_hash from rollcall_views',
    )
    const hashes = new Map(known.rows.map((row) => [row.view_name, row.text_hash]))
    const stale = views.filter((view) => hashes.get(view.name) !== hashOf(view))
    for (const view of stale) await createView(client, view)
    await restoreGrants(client, schema)
    await client.query('commit')
    return stale.map((view) => view.name)
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}

/** For this transaction. Two processes that create the same view at once would fail on the catalog's unique index. */
export async function lockViews(client: pg.ClientBase, schema: string): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtext('rollcall views'), hashtext($1))`, [schema])
}

const hashOf = (view: View): string => createHash('sha256').update(view.text).digest('hex')

async function createView(client: pg.ClientBase, view: View): Promise<void> {
  const name = pg.escapeIdentifier(view.name)
  const grants = await grantsOf(client, view.name)
  try {
    await client.query(`drop view if exists ${name}`)
  } catch (cause) {
    throw new WarehouseError(
      'terminal',
      `View ${view.name} has a new definition but cannot be replaced: ${(cause as Error).message}. Drop what depends ` +
        'on it, run again, and create that anew.',
      { cause },
    )
  }
  await client.query(`create view ${name} as\n${view.text}`)
  await client.query(`comment on view ${name} is ${pg.escapeLiteral(view.comment)}`)
  for (const [column, meaning] of view.columns) {
    await client.query(
      `comment on column ${name}.${pg.escapeIdentifier(column)} is ${pg.escapeLiteral(meaning)}`,
    )
  }
  // Dropping a view drops what was granted on it; BI users keep their access.
  for (const grant of grants) await client.query(grant)
  await client.query(
    `insert into rollcall_views (view_name, text_hash) values ($1, $2)
     on conflict (view_name) do update set text_hash = excluded.text_hash`,
    [view.name, hashOf(view)],
  )
}

async function grantsOf(client: pg.ClientBase, view: string): Promise<string[]> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('grant %s on %I to %s', privilege_type, relname,
              case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end) as statement
     from pg_class, aclexplode(relacl)
     where oid = to_regclass(quote_ident($1)) and grantee <> relowner
     order by statement`,
    [view],
  )
  return rows.map((row) => row.statement)
}

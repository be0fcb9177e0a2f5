import pg from 'pg'
import { quote } from './copyRow.ts'
import { classify, type WarehouseColumn } from './personalColumns.ts'
import { publishedTables } from './tables.ts'

/*
 * What a reader may read is decided here and nowhere else, from the columns the schema has at the moment:
 *
 *   a relation without personal columns   granted whole, so `select *` works
 *   a relation with some                  the other columns only
 *   what publishing keeps for itself      nothing
 *
 * The readers are remembered in `rollcall_readers`, and every migration restores their grants in the transaction that
 * creates views anew: a column that appears later is open or withheld like all others, and nobody loses access.
 */

export interface Reader {
  role_name: string
  with_personal_data: boolean
}

/** Tables that are read by people though nothing is published to them from the catalog. */
const recordTables = ['rollcall_runs']

/** The columns of everything a reader may see: published tables, the record of runs, and rollcall's own views. */
export async function readableColumns(client: pg.ClientBase, schema: string): Promise<WarehouseColumn[]> {
  const { rows } = await client.query<WarehouseColumn>(
    `select relname as relation, attname as name, typname as type
     from pg_class
     join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
     join pg_type on pg_type.oid = atttypid
     where relnamespace = to_regnamespace(quote_ident($1))
       and (relkind = 'r' and relname = any($2)
         or relkind = 'v' and relname in (select view_name from rollcall_views))
     order by relname, attnum`,
    [schema, [...publishedTables.map((table) => table.name), ...recordTables]],
  )
  return rows
}

/** Gives every remembered reader exactly what it may read. Does nothing where that is so already. */
export async function restoreGrants(client: pg.ClientBase, schema: string): Promise<void> {
  const { rows: readers } = await client.query<Reader>(
    `select role_name, with_personal_data from rollcall_readers
     where exists (select from pg_roles where rolname = role_name)
     order by role_name`,
  )
  if (readers.length === 0) return
  const columns = await readableColumns(client, schema)
  for (const reader of readers) await grantColumns(client, schema, reader, columns)
}

async function grantColumns(
  client: pg.ClientBase,
  schema: string,
  reader: Reader,
  columns: readonly WarehouseColumn[],
): Promise<void> {
  const role = pg.escapeIdentifier(reader.role_name)
  const found = await grantsHeld(client, schema, reader.role_name)
  for (const [relation, all] of Map.groupBy(columns, (column) => column.relation)) {
    const visible = reader.with_personal_data ? all : all.filter((column) => classify(column) === 'open')
    const isWhole = visible.length === all.length
    const wanted = isWhole ? [''] : visible.map((column) => column.name)
    const held = found.get(relation) ?? []
    if (wanted.length === held.length && wanted.every((name) => held.includes(name))) continue
    const table = `${quote(schema)}.${quote(relation)}`
    // Of a table, this takes grants on single columns away too.
    await client.query(`revoke all on ${table} from ${role}`)
    if (visible.length === 0) continue
    const list = isWhole ? '' : ` (${visible.map((column) => quote(column.name)).join(', ')})`
    await client.query(`grant select${list} on ${table} to ${role}`)
  }
}

/** By relation: the columns granted to this very role, '' for the whole; anything but a plain select is named as such. */
async function grantsHeld(
  client: pg.ClientBase,
  schema: string,
  role: string,
): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ relation: string; grant: string }>(
    `with held as (
       select relname, '' as attname, privilege_type, is_grantable
       from pg_class, aclexplode(relacl)
       where relnamespace = to_regnamespace(quote_ident($1)) and grantee = quote_ident($2)::regrole
       union all
       select relname, attname, privilege_type, is_grantable
       from pg_class join pg_attribute on attrelid = pg_class.oid, aclexplode(attacl)
       where relnamespace = to_regnamespace(quote_ident($1)) and grantee = quote_ident($2)::regrole
     )
     select relname as relation,
       case when privilege_type = 'SELECT' and not is_grantable then attname else attname || ' ' || privilege_type end as grant
     from held`,
    [schema, role],
  )
  return new Map(
    [...Map.groupBy(rows, (row) => row.relation)].map(([relation, held]) => [
      relation,
      held.map((row) => row.grant),
    ]),
  )
}

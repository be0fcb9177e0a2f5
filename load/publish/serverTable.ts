import type pg from 'pg'
import { type Column, quote } from '../copyRow.ts'
import { WarehouseError } from '../errors.ts'
import { publishedTables } from '../tables.ts'

/** The name of a table for statements. */
export const nameOf = (schema: string, table: string): string => `${quote(schema)}.${quote(table)}`

/** A published table as the server has it. */
export interface ServerTable {
  columns: Column[]
  /** Columns of the primary key. */
  key: string[]
}

/** The published tables by name, columns in their order. */
export async function readTables(client: pg.Client, schema: string): Promise<Map<string, ServerTable>> {
  const { rows } = await client.query<Column & { table: string; is_key: boolean }>(
    `select relname as table, attname as name, typname as type, coalesce(attnum = any(indkey), false) as is_key
     from pg_class
     join pg_attribute on attrelid = pg_class.oid
     join pg_type on pg_type.oid = atttypid
     left join pg_index on indrelid = pg_class.oid and indisprimary
     where pg_class.oid = any($1::regclass[]) and attnum > 0 and not attisdropped
     order by pg_class.oid, attnum`,
    [publishedTables.map(({ name }) => nameOf(schema, name))],
  )
  return new Map(
    publishedTables.map(({ name }) => {
      const found = rows.filter((row) => row.table === name)
      const columns = found.map(({ name, type }) => ({ name, type }))
      return [name, { columns, key: found.filter((row) => row.is_key).map((row) => row.name) }]
    }),
  )
}

/** @returns how many rows are in each of the tables, by name */
export async function countRows(
  client: pg.Client,
  schema: string,
  tables: readonly string[],
): Promise<Map<string, number>> {
  if (tables.length === 0) return new Map()
  const counts = tables.map((name) => `select '${name}' as name, count(*) from ${nameOf(schema, name)}`)
  const { rows } = await client.query<{ name: string; count: string }>(counts.join(' union all '))
  return new Map(rows.map(({ name, count }) => [name, Number(count)]))
}

/** @throws WarehouseError where the server did not do what was asked of it, to the row */
export function assertCount(table: string, what: string, found: number, expected: number): void {
  if (found === expected) return
  throw new WarehouseError(
    'terminal',
    `${table}: expected ${expected} ${what}, found ${found}. Nothing was changed. Somebody else may be writing to ` +
      'the table, or this is a mistake of rollcall: run `rollcall load` again, and report it if it stays.',
  )
}

import type pg from 'pg'
import { type Column, quote } from '../copyText.ts'
import { WarehouseError } from '../errors.ts'

/** The name of a table for statements. */
export const nameOf = (schema: string, table: string): string => `${quote(schema)}.${quote(table)}`

/** The columns of a table, in its order. */
export async function columnsOf(client: pg.Client, schema: string, table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select attname as name, typname as type from pg_attribute
     join pg_type on pg_type.oid = atttypid
     where attrelid = $1::regclass and attnum > 0 and not attisdropped
     order by attnum`,
    [nameOf(schema, table)],
  )
  return rows
}

export async function countRows(client: pg.Client, schema: string, table: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`select count(*) from ${nameOf(schema, table)}`)
  return Number(rows[0]?.count)
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

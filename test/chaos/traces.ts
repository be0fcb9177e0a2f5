import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { rawViewSql } from '../../extract/raw/views.ts'
import { query } from '../postgres/testDatabase.ts'

/** A place where something was written, and what stands there. */
export interface Trace {
  place: string
  text: string
}

/** Every file of a folder, byte for byte. */
export async function filesIn(folder: string): Promise<Trace[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = path.join(entry.parentPath, entry.name)
        return { place: path.relative(folder, file), text: (await readFile(file)).toString('latin1') }
      }),
  )
}

/** Every row of the raw zone, unpacked, and of every table of the catalog where there is one. */
export async function rowsIn(dataDir: string, hasCatalog: boolean): Promise<Trace[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    for (const statement of rawViewSql(dataDir)) await connection.run(statement)
    if (hasCatalog)
      await connection.run(`attach '${path.join(dataDir, 'rollcall.duckdb')}' as kept (read_only)`)
    const tables = await connection.runAndReadAll(
      `select concat_ws('.', '"' || table_catalog || '"', table_schema, '"' || table_name || '"')
       from information_schema.tables
       where table_catalog = 'memory' or table_type = 'BASE TABLE'
       order by 1`,
    )
    const traces: Trace[] = []
    for (const [table] of tables.getRows()) {
      const rows = await connection.runAndReadAll(`select one::varchar from ${String(table)} as one`)
      traces.push({ place: String(table), text: rows.getRows().join('\n') })
    }
    return traces
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** Every row of every table of the warehouse. */
export async function warehouseRows(url: string): Promise<Trace[]> {
  const tables = await query<{ name: string }>(
    url,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  )
  return Promise.all(
    tables.map(async ({ name }) => {
      const rows = await query<{ row: string }>(url, `select to_jsonb(one)::text as row from ${name} as one`)
      return { place: name, text: rows.map(({ row }) => row).join('\n') }
    }),
  )
}

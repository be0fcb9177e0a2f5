import { queryCatalog } from '../catalog.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { reading } from '../session.ts'

const TABLES = `
    select schema_name as schema, table_name as name, comment
    from (
        select schema_name, table_name, comment from duckdb_tables() where not internal
        union all
        select schema_name, view_name, comment from duckdb_views() where not internal
    )
    order by schema_name <> 'marts', schema_name, table_name`

/** `rollcall sql [QUERY]`: a question to the catalog; without one, what can be asked about. */
export async function sql(query: string | undefined, options: GlobalOptions): Promise<void> {
  await reading(options, async ({ config, output }) => {
    const { columns, rows } = await queryCatalog(config.dataDir, query ?? TABLES)
    output.table(
      columns,
      rows.map((row) => columns.map((column) => cell(row[column]))),
    )
    output.json(rows)
  })
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

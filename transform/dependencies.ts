import type { DuckDBConnection } from '@duckdb/node-api'
import type { Model } from './models.ts'
import { messageOf, TransformError } from './transform-error.ts'

/** By text: a process that builds more than once would parse the same models each time, which takes longer than reading them. */
const known = new Map<string, readonly string[]>()

/**
 * The tables a model reads, as `schema.table`, sorted. DuckDB parses (`json_serialize_sql` binds nothing, so no
 * table has to exist); every BASE_TABLE with a schema is a dependency, one without a schema has to be a CTE.
 * Throws a `TransformError` when the file is not one bare SELECT or names a table without its schema.
 */
export async function dependenciesOf(connection: DuckDBConnection, model: Model): Promise<readonly string[]> {
  const parsed = known.get(model.sql) ?? (await readDependencies(connection, model))
  known.set(model.sql, parsed)
  return parsed
}

async function readDependencies(connection: DuckDBConnection, model: Model): Promise<string[]> {
  const tables = new Set<string>()
  const bare = new Set<string>()
  const ctes = new Set<string>()
  walk(await parse(connection, model), (node) => {
    if (node.type === 'BASE_TABLE') {
      const name = String(node.table_name).toLowerCase()
      if (node.schema_name) tables.add(`${String(node.schema_name).toLowerCase()}.${name}`)
      else bare.add(name)
    }
    const map = (node.cte_map as { map?: { key: string }[] } | undefined)?.map ?? []
    for (const cte of map) ctes.add(cte.key.toLowerCase())
  })
  for (const name of bare) {
    if (ctes.has(name)) continue
    throw new TransformError(
      `sql/${model.file} reads "${name}", which is no step of its own; write the schema before the table`,
      { model: model.name },
    )
  }
  return [...tables].sort()
}

async function parse(connection: DuckDBConnection, model: Model): Promise<unknown> {
  let parsed: { error: boolean; error_message?: string; statements?: unknown[] }
  try {
    const reader = await connection.runAndReadAll('select json_serialize_sql($1::varchar)', [model.sql])
    parsed = JSON.parse(String(reader.getRows()[0]?.[0]))
  } catch (error) {
    throw new TransformError(`sql/${model.file} cannot be parsed: ${messageOf(error)}`, {
      model: model.name,
      cause: error,
    })
  }
  if (parsed.error || parsed.statements?.length !== 1) {
    const why = parsed.error_message ?? `${parsed.statements?.length ?? 0} statements`
    throw new TransformError(`sql/${model.file} is not one bare SELECT: ${why}`, { model: model.name })
  }
  return parsed.statements
}

function walk(value: unknown, visit: (node: Record<string, unknown>) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit)
  } else if (value !== null && typeof value === 'object') {
    visit(value as Record<string, unknown>)
    for (const item of Object.values(value)) walk(item, visit)
  }
}

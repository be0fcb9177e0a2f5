import type { DuckDBConnection } from '@duckdb/node-api'

export interface Column {
  name: string
  type: string
}

/** A table or view of the catalog. */
export interface Relation {
  schema: string
  name: string
  /** The header of its model, which says its grain. */
  comment: string | null
  columns: Column[]
}

/** Where a name without a schema is looked for, first to last. */
const searched = ['marts', 'staging', 'raw', 'intermediate']

/** Everything that can be asked about, the marts first. */
export async function readSchema(connection: DuckDBConnection): Promise<Relation[]> {
  const columns = await connection.runAndReadAll(
    `select schema_name, table_name, column_name, data_type
     from duckdb_columns()
     where not internal
     order by schema_name <> 'marts', schema_name = 'builds', schema_name, table_name, column_index`,
  )
  const comments = await connection.runAndReadAll(
    `select schema_name, table_name, comment from duckdb_tables() where not internal
     union all
     select schema_name, view_name, comment from duckdb_views() where not internal`,
  )
  const commentOf = new Map(
    comments.getRows().map(([schema, name, comment]) => [`${schema}.${name}`, comment as string | null]),
  )
  const relations = new Map<string, Relation>()
  for (const [schema, name, column, type] of columns.getRows().map((row) => row.map(String))) {
    const key = `${schema}.${name}`
    const relation = relations.get(key) ?? {
      schema: String(schema),
      name: String(name),
      comment: commentOf.get(key) ?? null,
      columns: [],
    }
    relation.columns.push({ name: String(column), type: String(type) })
    relations.set(key, relation)
  }
  return [...relations.values()]
}

/** Lets a question name `zoom_webinars` without its schema, and shows every time in UTC. */
export async function setUp(connection: DuckDBConnection, relations: readonly Relation[]): Promise<void> {
  const schemas = searched.filter((schema) => relations.some((relation) => relation.schema === schema))
  if (schemas.length > 0) await connection.run(`set search_path = '${schemas.join(',')}'`)
  await connection.run(`set timezone = 'UTC'`)
}

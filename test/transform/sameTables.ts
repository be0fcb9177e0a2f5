import { DuckDBInstance } from '@duckdb/node-api'

/** The rows that two catalogs differ in, by table that both keep; none where they say the same. */
export async function tableDifferences(one: string, other: string): Promise<Record<string, unknown[]>> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson()
  const quote = (path: string) => `'${path.replaceAll("'", "''")}'`
  try {
    await connection.run("set TimeZone = 'UTC'")
    await connection.run(`attach ${quote(one)} as one (read_only)`)
    await connection.run(`attach ${quote(other)} as other (read_only)`)
    const differences: Record<string, unknown[]> = {}
    const tables = await rows(
      `select distinct concat(schema_name, '.', table_name) as name from duckdb_tables()
       where schema_name in ('staging', 'intermediate', 'marts') and database_name in ('one', 'other') order by 1`,
    )
    for (const { name } of tables) {
      const found = await rows(
        `select 'one' as only_in, * from (from one.${name} except all from other.${name})
         union all by name
         select 'other' as only_in, * from (from other.${name} except all from one.${name})
         limit 6`,
      )
      if (found.length > 0) differences[String(name)] = found
    }
    return differences
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

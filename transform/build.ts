import type { DuckDBConnection } from '@duckdb/node-api'
import { streams } from '../extract/streams.ts'
import { dependenciesOf } from './dependencies.ts'
import { isTable, type Model } from './models.ts'
import { orderByDependency } from './order.ts'
import { quoteIdentifier } from './sql-text.ts'
import { messageOf, TransformError } from './transform-error.ts'

export interface BuiltModel {
  /** `schema.table` */
  name: string
  /** Null where it was built as a view: counting one would mean reading its files once more. */
  rows: number | null
  milliseconds: number
}

/** The tables models may read but not define: the raw zone, and what the user decided and set. */
const rawSources: ReadonlySet<string> = new Set(
  [...streams, 'corrections', 'likeness', 'learned_weights'].map((name) => `raw.${name}`),
)

/** Models in the order in which they can be built. Throws a `TransformError` on unknown tables and cycles. */
export async function planModels(connection: DuckDBConnection, models: readonly Model[]): Promise<Model[]> {
  const byName = new Map(models.map((model) => [model.name, model]))
  const dependencies = await dependenciesOf(connection, models)
  for (const model of models) {
    const needed = dependencies.get(model.name) ?? []
    const raw = needed.find((name) => name.startsWith('raw.'))
    if (raw !== undefined && model.schema !== 'staging') {
      throw new TransformError(`sql/${model.file} reads ${raw}; only staging reads the raw zone`, {
        model: model.name,
      })
    }
  }
  return orderByDependency(dependencies, rawSources).map((name) => byName.get(name) as Model)
}

/**
 * Builds one model as a table or a view.
 * @param database where to, a name DuckDB knows; without it into the first of the search path
 * @param isStored a table, also of what a catalog has as a view (see `isTable`)
 */
export async function buildModel(
  connection: DuckDBConnection,
  model: Model,
  clock: () => number,
  { database, isStored = isTable(model) }: { database?: string; isStored?: boolean } = {},
): Promise<BuiltModel> {
  const started = clock()
  const path = [...(database === undefined ? [] : [database]), model.schema, model.table]
  const name = path.map(quoteIdentifier).join('.')
  let rows: number | null = null
  try {
    const created = await connection.runAndReadAll(
      `create ${isStored ? 'table' : 'view'} ${name} as ${model.sql}`,
    )
    // The answer to `create table … as` is how many rows went in.
    if (isStored) rows = Number(created.getRows()[0]?.[0])
  } catch (error) {
    throw modelFailure(model, error)
  }
  return { name: model.name, rows, milliseconds: clock() - started }
}

export function modelFailure(model: Model, error: unknown): TransformError {
  return new TransformError(
    `model sql/${model.file} failed: ${messageOf(error)}. The catalog still shows the last good run; ` +
      'correct the model and run `rollcall transform` again.',
    { model: model.name, cause: error },
  )
}

/**
 * Puts a view that says so in the place of a table without rows: from it DuckDB knows beforehand that what is joined
 * with it comes to nothing, and drops it from the plan. Most accounts have no CSV reports, no decisions about people
 * and no surveys, and a fifth of a small build is about them.
 */
export async function showAsEmpty(
  connection: DuckDBConnection,
  model: Model,
  database: string,
): Promise<void> {
  const schema = `${database}.${quoteIdentifier(model.schema)}`
  const kept = quoteIdentifier(`${model.table} without rows`)
  await connection.run(
    `alter table ${schema}.${quoteIdentifier(model.table)} rename to ${kept};
     create view ${schema}.${quoteIdentifier(model.table)} as select * from ${schema}.${kept} where false`,
  )
}

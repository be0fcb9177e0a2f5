import type { DuckDBConnection } from '@duckdb/node-api'
import { streams } from '../extract/streams.ts'
import { dependenciesOf } from './dependencies.ts'
import type { Model } from './models.ts'
import { orderByDependency } from './order.ts'
import { quoteIdentifier, quoteLiteral } from './sql-text.ts'
import { messageOf, TransformError } from './transform-error.ts'

export interface BuiltModel {
  /** `schema.table` */
  name: string
  /** Null for a view: counting one would mean reading the raw files once more. */
  rows: number | null
  milliseconds: number
}

/** The tables models may read but not define: the raw zone, and what the user decided. */
const rawSources: ReadonlySet<string> = new Set([...streams, 'corrections'].map((name) => `raw.${name}`))

/** Models in the order in which they can be built. Throws a `TransformError` on unknown tables and cycles. */
export async function planModels(connection: DuckDBConnection, models: readonly Model[]): Promise<Model[]> {
  const byName = new Map(models.map((model) => [model.name, model]))
  const dependencies = new Map<string, string[]>()
  for (const model of models) {
    const needed = await dependenciesOf(connection, model)
    const raw = needed.find((name) => name.startsWith('raw.'))
    if (raw !== undefined && model.schema !== 'staging') {
      throw new TransformError(`sql/${model.file} reads ${raw}; only staging reads the raw zone`, {
        model: model.name,
      })
    }
    dependencies.set(model.name, needed)
  }
  return orderByDependency(dependencies, rawSources).map((name) => byName.get(name) as Model)
}

/**
 * Builds one model in the current catalog: staging as a view, so that it costs no space and always shows the raw
 * files; everything else as a table, and of staging what its header says is "kept as a table", because all other
 * views join it. The header becomes the comment of the table or view.
 */
export async function buildModel(
  connection: DuckDBConnection,
  model: Model,
  clock: () => number,
): Promise<BuiltModel> {
  const started = clock()
  const isView = model.schema === 'staging' && !/kept as a table/i.test(model.header)
  const kind = isView ? 'view' : 'table'
  const name = `${quoteIdentifier(model.schema)}.${quoteIdentifier(model.table)}`
  let rows: number | null = null
  try {
    await connection.run(`create ${kind} ${name} as ${model.sql}`)
    await connection.run(`comment on ${kind} ${name} is ${quoteLiteral(model.header)}`)
    if (kind === 'table') {
      const reader = await connection.runAndReadAll(`select count(*) from ${name}`)
      rows = Number(reader.getRows()[0]?.[0])
    }
  } catch (error) {
    throw new TransformError(
      `model sql/${model.file} failed: ${messageOf(error)}. The catalog still shows the last good run; ` +
        'correct the model and run `rollcall transform` again.',
      { model: model.name, cause: error },
    )
  }
  return { name: model.name, rows, milliseconds: clock() - started }
}

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { buildModel } from '../../transform/build.ts'
import { type Model, readModels } from '../../transform/models.ts'
import type { Row } from './catalog-reader.ts'

/** Runs single models over typed input tables in memory. */
export class ModelRunner {
  readonly #instance: DuckDBInstance
  readonly #connection: DuckDBConnection
  readonly #models: Map<string, Model>

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, models: Model[]) {
    this.#instance = instance
    this.#connection = connection
    this.#models = new Map(models.map((model) => [model.name, model]))
  }

  static async open(): Promise<ModelRunner> {
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    await connection.run("set TimeZone = 'UTC'")
    for (const schema of ['raw', 'staging', 'intermediate', 'marts'])
      await connection.run(`create schema ${schema}`)
    return new ModelRunner(instance, connection, await readModels())
  }

  /** Makes an input table of the given column types; keys a row lacks are null. */
  async given(table: string, types: Record<string, string>, rows: Row[]): Promise<void> {
    const columns = Object.entries(types).map(([name, type]) => `"${name}" ${type}`)
    await this.#connection.run(`create or replace table ${table} (${columns.join(', ')})`)
    await this.#connection.run(
      `insert into ${table} by name select unnest(from_json($1::json, $2), recursive := true)`,
      [JSON.stringify(rows), JSON.stringify([types])],
    )
  }

  /** Builds models in the order told, replacing what earlier runs made. */
  async build(...names: string[]): Promise<void> {
    for (const name of names) {
      const model = this.#models.get(name)
      if (model === undefined) throw new Error(`no model ${name}`)
      await this.#connection.run(`drop table if exists ${name}`)
      await buildModel(this.#connection, model, () => 0)
    }
  }

  async rows(sql: string): Promise<Row[]> {
    return (await this.#connection.runAndReadAll(sql)).getRowObjectsJson()
  }

  close(): void {
    this.#connection.closeSync()
    this.#instance.closeSync()
  }
}

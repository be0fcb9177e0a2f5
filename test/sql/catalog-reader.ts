import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

/** One row as DuckDB's lossless JSON values: 64-bit integers and decimals are strings. */
export type Row = Record<string, unknown>

/** A catalog opened for reading, as any client would open it. */
export class CatalogReader {
  readonly #instance: DuckDBInstance
  readonly #connection: DuckDBConnection

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance
    this.#connection = connection
  }

  static async open(path: string): Promise<CatalogReader> {
    const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
    const connection = await instance.connect()
    await connection.run("set TimeZone = 'UTC'")
    return new CatalogReader(instance, connection)
  }

  async rows(sql: string): Promise<Row[]> {
    const reader = await this.#connection.runAndReadAll(sql)
    return reader.getRowObjectsJson()
  }

  close(): void {
    this.#connection.closeSync()
    this.#instance.closeSync()
  }
}

import { availableParallelism } from 'node:os'
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import { limitMemory } from './memory.ts'

/** A DuckDB of a build's own, in memory; the catalog's files are attached to it. */
export interface Engine {
  connection: DuckDBConnection
  /** Another connection, so that two statements run side by side. It is closed with the engine. */
  connect(): Promise<DuckDBConnection>
  run(sql: string): Promise<void>
  /** As `limitMemory`, from here on, but where a limit was asked for. */
  limitMemory(bytes: number): Promise<void>
  readonly threads: number
  /**
   * Leaves each of so many statements that will run side by side its part of the threads. The one that asks for a
   * statement works on it too, and while somebody else does the last piece of it, keeps asking for more: with more
   * threads than cores that is taken from the other statements.
   */
  shareThreads(statements: number): Promise<void>
  /** Rows as plain JSON values: 64-bit integers are text. */
  rows(sql: string, values?: DuckDBValue[]): Promise<Record<string, unknown>[]>
  close(): void
}

export interface EngineOptions {
  /** As DuckDB takes it, for example `4GB`. Without it DuckDB takes 80 % of the machine. */
  memoryLimit?: string
  threads?: number
  signal?: AbortSignal
}

/** @param spill folder for what does not fit into memory */
export async function openEngine(spill: string, options: EngineOptions): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:', {
    // Nothing may be fetched at run time: what a model needs is built into the engine.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    temp_directory: spill,
    // Or one thread alone would write each table that is not sorted, with all joins that lead there.
    preserve_insertion_order: 'false',
    ...(options.memoryLimit === undefined ? {} : { memory_limit: options.memoryLimit }),
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
  })
  const connections: DuckDBConnection[] = []
  const connect = async () => {
    const connection = await instance.connect()
    connections.push(connection)
    await connection.run("set TimeZone = 'UTC'")
    return connection
  }
  const interrupt = () => {
    for (const connection of connections) connection.interrupt()
  }
  options.signal?.addEventListener('abort', interrupt)
  const connection = await connect()
  const threads = options.threads ?? availableParallelism()
  let threadsNow = threads
  // Settings wait for nobody's statement.
  let settings: DuckDBConnection | undefined
  // The ways of packing text that take longest: without them the tables of a catalog are written in 40 % less time, and
  // take 40 % more space. (As an option of the instance DuckDB passes it over.)
  await connection.run("set disabled_compression_methods = 'fsst,dict_fsst'")
  return {
    connection,
    connect,
    async run(sql) {
      await connection.run(sql)
    },
    async limitMemory(bytes) {
      const limit = limitMemory(bytes)
      if (limit !== null && options.memoryLimit === undefined) await connection.run(limit)
    },
    threads,
    async shareThreads(statements) {
      const share = Math.max(1, threads - Math.max(0, statements - 1))
      if (share === threadsNow) return
      settings ??= await connect()
      await settings.run(`set threads = ${share}`)
      threadsNow = share
    },
    async rows(sql, values) {
      return (await connection.runAndReadAll(sql, values)).getRowObjectsJson()
    },
    close() {
      options.signal?.removeEventListener('abort', interrupt)
      for (const one of connections) one.closeSync()
      instance.closeSync()
    },
  }
}

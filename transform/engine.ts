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
  /**
   * From here on keeps nothing in memory that is in the raw files anyway, and writes tables as soon as a part of them is
   * complete: for what would not fit into memory, and is written to disk and read again wherever it stands in the way.
   */
  spareMemory(): Promise<void>
  readonly threads: number
  /**
   * Leaves each of so many statements that will run side by side its part of the threads, on connections of their own:
   * who asks for a statement works on it too. Where one works alone anyway, it stays so.
   */
  shareThreads(statements: number): Promise<void>
  /**
   * From here on, one thread works on a statement or all of them do. A thread that finds no work asks for it without
   * rest as long as another one is at work. DuckDB gives one thread a hundred thousand rows at a time, so that of fewer
   * rows most of what more threads do is asking.
   */
  workAlone(isAlone: boolean): Promise<void>
  /** Rows as plain JSON values: 64-bit integers are text. */
  rows(sql: string, values?: DuckDBValue[]): Promise<Record<string, unknown>[]>
  close(): void
}

/** A table of fewer rows is one block to DuckDB, which one thread reads alone. */
export const rowsOfThreadMin = 122_880

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
  // The ways of packing text that take longest: without them the tables of a catalog are written in 40 % less time, and
  // take 40 % more space. (As an option of the instance DuckDB passes it over.)
  await connection.run("set disabled_compression_methods = 'fsst,dict_fsst'")
  const threads = options.threads ?? availableParallelism()
  let isAlone = false
  let threadsNow = threads
  // Settings wait for nobody's statement.
  let settings: DuckDBConnection | undefined
  const useThreads = async (count: number) => {
    if (count === threadsNow) return
    settings ??= await connect()
    await settings.run(`set threads = ${count}`)
    threadsNow = count
  }
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
    async spareMemory() {
      await connection.run('set enable_external_file_cache = false')
      await connection.run('set write_buffer_row_group_count = 1')
    },
    threads,
    shareThreads: (statements) =>
      useThreads(isAlone ? 1 : Math.max(1, threads - Math.max(0, statements - 1))),
    async workAlone(isWanted) {
      isAlone = isWanted
      await useThreads(isAlone ? 1 : threads)
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

import { totalmem } from 'node:os'

/** What DuckDB takes of a machine at most where it is not told. */
const shareOfMachine = 0.8

/** In bytes, what DuckDB needs with so many threads before it holds any rows. */
export function memoryOfThreads(threads: number): number {
  return 50e6 * (1 + threads)
}

/**
 * A statement that makes DuckDB hold no more than so much in memory, or null where it would not anyway. Without it, it
 * keeps what it reads of a file as long as there is room, so that a day on a long history takes as much as the history.
 */
export function limitMemory(bytes: number): string | null {
  const machine = process.constrainedMemory() || totalmem()
  return bytes < machine * shareOfMachine ? `set memory_limit = '${Math.ceil(bytes / 1e6)}MB'` : null
}

import { peakBytes } from './peakBytes.ts'
import type { BenchRow } from './row.ts'

/**
 * One side of one row, once, in this process: `node bench/measure.ts ROW prepare|ours|rival|cleanUp SIZE FOLDER`,
 * forked by the bench, to which the figures go.
 */
const [name, step, size, folder] = process.argv.slice(2) as [
  string,
  'prepare' | 'ours' | 'rival' | 'cleanUp',
  string,
  string,
]
/** Rows that stand in the file of another. */
const files: Readonly<Record<string, string>> = { spill: 'transform' }
// Not by way of the list of all rows: what the others need would be in this one's memory.
const row: BenchRow = (await import(`./rows/${files[name] ?? name}.ts`))[name]
const figures = (await row[step]?.({ size: Number(size), folder })) ?? {}
// A row whose work is in other processes tells of them.
process.send?.({ peak_bytes: peakBytes(), ...figures })
process.disconnect()

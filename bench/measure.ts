import { readFileSync } from 'node:fs'
import { rows } from './rows.ts'

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
const row = rows[name]
if (row === undefined) throw new Error(`no row ${name}`)
const figures = (await row[step]?.({ size: Number(size), folder })) ?? {}
// A row whose work is in other processes tells of them.
process.send?.({ peak_bytes: peakBytes(), ...figures })
process.disconnect()

/** What the kernel saw of this process alone: `resourceUsage` counts the process that started it too. */
function peakBytes(): number {
  try {
    const line = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))
    if (line) return Number(line[1]) * 1024
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024
}

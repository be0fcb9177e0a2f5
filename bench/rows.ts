import type { BenchRow } from './row.ts'
import { daily } from './rows/daily.ts'
import { history } from './rows/history.ts'
import { limits } from './rows/limits.ts'
import { load } from './rows/load.ts'
import { memory } from './rows/memory.ts'
import { pages } from './rows/pages.ts'
import { requests } from './rows/requests.ts'
import { simulator } from './rows/simulator.ts'
import { start } from './rows/start.ts'
import { spill, transform } from './rows/transform.ts'

/** All rows of the table, in its order. */
export const rows: Readonly<Record<string, BenchRow>> = {
  pages,
  memory,
  simulator,
  history,
  limits,
  requests,
  transform,
  spill,
  load,
  daily,
  start,
}

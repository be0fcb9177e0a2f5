import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { dirname } from 'node:path'
import type { Scale } from './row.ts'
import { rows } from './rows.ts'
import type { RowResult } from './runRow.ts'

export interface Results {
  scale: Scale
  machine: { processors: number; model: string; memory_gib: number; node: string }
  rows: RowResult[]
}

/** Adds rows to the results in a file: a row that is measured again replaces the one before, another scale all of them. */
export async function addResults(
  file: string,
  scale: Scale,
  measured: readonly RowResult[],
): Promise<Results> {
  const earlier = existsSync(file) ? await readResults(file) : null
  const kept = earlier?.scale === scale ? earlier.rows : []
  const all = new Map([...kept, ...measured].map((result) => [result.row, result]))
  const processors = cpus()
  const results: Results = {
    scale,
    machine: {
      processors: processors.length,
      model: processors[0]?.model.trim() ?? 'unknown',
      memory_gib: Math.round(totalmem() / 1024 ** 3),
      node: process.version,
    },
    rows: Object.keys(rows).flatMap((name) => all.get(name) ?? []),
  }
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`)
  return results
}

export async function readResults(file: string): Promise<Results> {
  return JSON.parse(await readFile(file, 'utf8')) as Results
}

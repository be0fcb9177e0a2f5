import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Stream } from '../../extract/streams.ts'

/**
 * Writes what a run flushes at once, with its manifest: the rows of each stream that are given as SELECTs.
 * @returns how many Parquet files
 */
export async function writeFlush(
  connection: DuckDBConnection,
  dataDir: string,
  { runId, flush, month }: { runId: string; flush: number; month: string },
  streams: readonly [Stream, string][],
): Promise<number> {
  const name = `${runId}-${String(flush).padStart(4, '0')}`
  const files = []
  for (const [stream, select] of streams) {
    const path = `${stream}/month=${month}/${name}.parquet`
    const file = join(dataDir, 'raw', path)
    if (!(await copyOut(connection, select, file))) continue
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
    const isLedger = stream === 'captures' || stream === 'pages'
    const captures = isLedger ? [] : [`${runId}-${stream}`]
    files.push({ path, bytes: (await stat(file)).size, sha256, captures, sources: [] })
  }
  await mkdir(join(dataDir, 'raw', 'manifests'), { recursive: true })
  const manifest = { run_id: runId, files }
  await writeFile(join(dataDir, 'raw', 'manifests', `${name}.json`), `${JSON.stringify(manifest)}\n`)
  return files.length
}

/** @returns whether there was any row */
async function copyOut(connection: DuckDBConnection, select: string, file: string): Promise<boolean> {
  await mkdir(join(file, '..'), { recursive: true })
  const reader = await connection.runAndReadAll(
    `copy (${select}) to '${file}' (format parquet, compression zstd, row_group_size 20000)`,
  )
  if (Number(reader.getRows()[0]?.[0]) > 0) return true
  await rm(file)
  return false
}

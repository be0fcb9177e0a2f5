import { execFile } from 'node:child_process'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openConnection } from '../../load/database.ts'
import { startEmbedded, stopEmbedded } from '../../load/embedded.ts'
import { type LoadSummary, load as runLoad } from '../../load/load.ts'
import { migrate } from '../../load/migrate.ts'
import { publishedTables } from '../../load/tables.ts'
import { transform } from '../../transform/transform.ts'
import { writeRawFiles } from '../rawFiles.ts'
import { atMost, type BenchRow, type Figures, type Place } from '../row.ts'

/**
 * The first load of a catalog into tables that have keys, indexes and references before and after. Rival: `psql` with one
 * `\copy` a table of the same rows as text, in one transaction. Both into an empty schema of the same server, with its
 * tables made before; reading, comparing and hashing the catalog is counted for ours, writing the lines not for psql.
 */
export const load: BenchRow = {
  what: 'load into tables as they are (keys, indexes)',
  against: 'psql \\copy of the same rows into the same tables',
  unit: 'join/leave rows',
  // Some 3 million rows in all tables, and 19,000: enough to be filled without indexes.
  sizes: { small: 8_000, full: 1_300_000 },
  prepare,
  ours,
  rival,
  cleanUp: async ({ folder }) => stopEmbedded({ dataDir: folder }),
  checks: (ours, rival) => [atMost('against psql', ours.seconds / rival.seconds, 1.2, 'times')],
}

async function prepare({ size, folder }: Place): Promise<void> {
  await writeRawFiles(folder, size)
  await transform({ dataDir: folder, memoryLimit: '5GB' })
  await rm(join(folder, 'raw'), { recursive: true })
  const { url } = await loaded(folder, 'model')
  const client = await openConnection(url, 'model')
  const lines = join(folder, 'lines')
  await mkdir(lines)
  for (const [at, table] of publishedTables.entries()) {
    const file = join(lines, `${String(at).padStart(2, '0')}-${table.name}.copy`)
    await psql(url, 'model', ['--command', `\\copy "${table.name}" to '${file}'`])
    await writeFile(`${file}.sql`, `\\copy "${table.name}" from '${file}'\n`)
  }
  await client.query('drop schema model cascade')
  await client.end()
}

async function ours({ folder }: Place): Promise<Figures> {
  const { milliseconds, rowsWritten } = await loaded(folder, 'measured')
  return { seconds: milliseconds / 1000, rows: rowsWritten }
}

async function loaded(folder: string, schema: string): Promise<LoadSummary & { url: string }> {
  const url = await emptySchema(folder, schema)
  const summary = await runLoad({
    catalogPath: join(folder, 'rollcall.duckdb'),
    databaseUrl: url,
    schema,
    run: { id: 'bench', kind: 'sync', account_id: 'ACC', started_at: new Date(0), software_version: 'bench' },
    tempDir: join(folder, 'load'),
  })
  return { ...summary, url }
}

async function rival({ folder }: Place): Promise<Figures> {
  const url = await emptySchema(folder, 'measured')
  const lines = join(folder, 'lines')
  const scripts = (await readdir(lines)).filter((name) => name.endsWith('.sql')).sort()
  const started = performance.now()
  await psql(
    url,
    'measured',
    scripts.flatMap((name) => ['--file', join(lines, name)]),
  )
  return { seconds: (performance.now() - started) / 1000 }
}

async function psql(url: string, schema: string, commands: readonly string[]): Promise<void> {
  const args = ['--no-psqlrc', '--quiet', '--single-transaction', '--set=ON_ERROR_STOP=1']
  const env = { ...process.env, PGOPTIONS: `-c search_path=${schema}` }
  await promisify(execFile)('psql', [...args, ...commands, url], { env })
}

/** The tables without rows, after a checkpoint: what the side before left to be written is not ours to pay. */
async function emptySchema(folder: string, schema: string): Promise<string> {
  const { url } = await startEmbedded({ dataDir: folder })
  const client = await openConnection(url)
  await client.query(`drop schema if exists ${schema} cascade`)
  await migrate(url, schema)
  await client.query('checkpoint')
  await client.end()
  return url
}

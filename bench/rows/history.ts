import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { extract } from '../../extract/extract.ts'
import { contentHash } from '../../load/contentHash.ts'
import { startEmbedded, stopEmbedded } from '../../load/embedded.ts'
import { load } from '../../load/load.ts'
import { transform } from '../../transform/transform.ts'
import { type Asked, now, serveAccount } from '../account.ts'
import { readListings } from '../listings.ts'
import { atMost, type BenchRow, type Figures, type Place } from '../row.ts'

/**
 * A full history: extract from a simulator without limits, transform, load into an embedded Postgres that is fresh.
 * Floor: every listing that run asked for, page after page from the same kind of simulator, read by undici with as
 * many at a time and thrown away. Making the account and starting the server are not counted. Clock time, both; what
 * the stages take of the processors is among the figures.
 */
export const history: BenchRow = {
  what: 'full history, from an unlimited account to the warehouse',
  against: "the account's pages read by undici and thrown away",
  unit: 'participants',
  sizes: { small: 400, full: 288_000 },
  ours,
  rival,
  cleanUp: async ({ folder }) => stopEmbedded({ dataDir: folder }),
  checks: (ours, rival) => [
    atMost('against reading alone', ours.seconds / rival.seconds, 4, 'times'),
    atMost('content hash of the warehouse', ours.content_hash_seconds as number, 10, 's'),
  ],
}

async function ours({ size, folder }: Place): Promise<Figures> {
  const account = await serveAccount({ scale: size, plan: null })
  // Each run has its own folder beside the server's, which is emptied by dropping what was loaded.
  const dataDir = join(folder, `data-${process.pid}`)
  const schema = `run_${process.pid}`
  const warehouse = await startEmbedded({ dataDir: folder })
  let asked: Asked
  const started = performance.now()
  const laps = lapTimer()
  try {
    const extracted = await extract(
      { ...account, dataDir, plan: 'unlimited', mode: 'full' },
      { clock: () => now.getTime() + 12 * 3_600_000 },
    )
    const extractLap = laps('extract')
    await transform({ dataDir })
    const transformLap = laps('transform')
    const loaded = await load({
      catalogPath: join(dataDir, 'rollcall.duckdb'),
      databaseUrl: warehouse.url,
      schema,
      run: {
        id: extracted.runId,
        kind: 'sync',
        account_id: account.accountId,
        started_at: now,
        software_version: 'bench',
      },
      tempDir: join(dataDir, 'load'),
    })
    const loadLap = laps('load')
    const seconds = (performance.now() - started) / 1000
    await contentHash(warehouse.url, schema)
    return {
      ...{ seconds, ...extractLap, ...transformLap, ...loadLap, ...laps('content_hash') },
      ...{ rows: extracted.rows, pages: extracted.pages, rows_published: loaded.rowsWritten },
    }
  } finally {
    asked = await account.stop()
    await writeFile(join(folder, 'listings.json'), JSON.stringify(asked.listings))
  }
}

async function rival({ size, folder }: Place): Promise<Figures> {
  const listings: Asked['listings'] = JSON.parse(await readFile(join(folder, 'listings.json'), 'utf8'))
  const account = await serveAccount({ scale: size, plan: null })
  try {
    const started = performance.now()
    const { pages, bytes } = await readListings(account, listings)
    return { seconds: (performance.now() - started) / 1000, pages, bytes }
  } finally {
    await account.stop()
  }
}

/** Seconds since it was last asked, by the clock and of this process's work. */
function lapTimer(): (stage: string) => Record<string, number> {
  let last = performance.now()
  let used = process.cpuUsage()
  return (stage) => {
    const now = performance.now()
    const { user, system } = process.cpuUsage(used)
    const lap = {
      [`${stage}_seconds`]: (now - last) / 1000,
      [`${stage}_processor_seconds`]: (user + system) / 1e6,
    }
    last = now
    used = process.cpuUsage()
    return lap
  }
}

import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { inspectRaw } from '../extract/raw/inspect.ts'
import { openConnection } from '../load/database.ts'
import { startEmbedded } from '../load/embedded.ts'
import { checkCatalog, checkExtracted } from './daily/checkDay.ts'
import { type Visit, writeHistory } from './daily/history.ts'
import { measureStage, type Stage, type StageFigures, stages } from './daily/measureStage.ts'
import { answersTo } from './daily/zoomAnswers.ts'
import { serveZoom, type ZoomServer } from './daily/zoomServer.ts'

/*
 * What a day costs on a short and on a long history: `node bench/daily.ts --rows 100000,1000000 [--json FILE]`.
 *
 * A history is written as rollcall leaves it, raw files and run files of a run a day: webinars of ten instances, 500
 * join/leave rows each, people who come again, registrants, and what the lists said each day. On its last evening
 * rollcall itself reads from a server that plays Zoom, and finds nothing due: so what is read day by day is there as it
 * will be read again, and what is known of the raw files is written down. All of it is built and loaded. A sync goes on
 * from there and finds nothing due, as on any evening. Then a day has one new instance of 2,000 people, and each stage of
 * a sync is measured in a process of its own: extract, transform, load, verify. So what the sync of the day before looked
 * at is still in the machine's memory, and the catalog the build goes on from is the one before that sync.
 *
 * Zoom's own time is not part of it: of the clock, what its server took of the processors is taken off.
 *
 * Every run leaves a small file of readings, and beyond sixteen those of each stream are gathered into one, so that every
 * sixteenth day does that as well. This one does not: on the long history it is among the first after that, and of the
 * short one, of nine days, nothing was gathered yet.
 */

export interface DailyFigures {
  rows: number
  instances: number
  files: number
  /** What each stage of the day took. */
  stages: Record<Stage, StageFigures>
  seconds: number
  cpu_seconds: number
  peak_bytes: number
  /** What building and loading everything took. */
  full_seconds: number
}

/** Measures a day on a history of so many join/leave rows. Everything is removed again. */
export async function benchDaily({ rows }: { rows: number }): Promise<DailyFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-daily-'))
  // A Postgres that root starts is not root and has to get in; where it cannot, it stays outside of what is removed.
  await chmod(folder, 0o755)
  const dataDir = join(folder, 'data')
  const server = await startEmbedded({ dataDir: folder, settings: { fsync: 'off' } })
  try {
    const history = await writeHistory(dataDir, rows)
    // Of a history that grew day by day all files have been read once.
    await inspectRaw(dataDir, { isThorough: true })
    const full = await withZoom(history.evening, async (zoom, { atMs }) => {
      const place = { dataDir, databaseUrl: server.url, atMs }
      checkExtracted((await measureStage('extract', place, zoom)).extracted, false)
      const started = performance.now()
      await measureStage('transform', place, zoom)
      await measureStage('load', place, zoom)
      return performance.now() - started
    })
    await settle(server.url)
    await withZoom(history.evening, async (zoom, { atMs }) => {
      const place = { dataDir, databaseUrl: server.url, atMs: atMs + 600_000 }
      for (const stage of stages) await measureStage(stage, place, zoom)
    })
    const measured = {} as DailyFigures['stages']
    await withZoom(history.day, async (zoom, { atMs }) => {
      for (const stage of stages) {
        const place = { dataDir, databaseUrl: server.url, atMs }
        const { extracted, ...figures } = await measureStage(stage, place, zoom)
        if (stage === 'extract') checkExtracted(extracted, true)
        measured[stage] = figures
      }
    })
    await checkCatalog(dataDir, history.newInstance)
    const all = Object.values(measured)
    return {
      rows,
      instances: history.instances,
      files: history.files,
      stages: measured,
      seconds: all.reduce((sum, stage) => sum + stage.seconds, 0),
      cpu_seconds: all.reduce((sum, stage) => sum + stage.cpu_seconds, 0),
      peak_bytes: Math.max(...all.map((stage) => stage.peak_bytes)),
      full_seconds: full / 1000,
    }
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** What was built is on the disk, and Postgres has looked at what was loaded: else both would go on during the day. */
async function settle(databaseUrl: string): Promise<void> {
  const client = await openConnection(databaseUrl)
  await client.query('vacuum (analyze)')
  await client.query('checkpoint')
  await client.end()
  spawnSync('sync')
}

async function withZoom<T>(visit: Visit, work: (zoom: ZoomServer, visit: Visit) => Promise<T>): Promise<T> {
  const zoom = await serveZoom(await answersTo(visit.readings))
  try {
    return await work(zoom, visit)
  } finally {
    await zoom.stop()
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '100000,1000000' },
      json: { type: 'string' },
    },
  })
  const found: DailyFigures[] = []
  for (const rows of values.rows.split(',')) {
    const figures = await benchDaily({ rows: Number(rows) })
    found.push(figures)
    const each = Object.entries(figures.stages).map(
      ([stage, { seconds, zoom_seconds, cpu_seconds, peak_bytes }]) =>
        `${stage} ${seconds.toFixed(2)} s${stage === 'extract' ? ` (and Zoom ${zoom_seconds.toFixed(2)} s)` : ''}, ` +
        `CPU ${cpu_seconds.toFixed(2)} s, ${Math.round(peak_bytes / 1e6)} MB`,
    )
    print(
      `${rows} rows, ${figures.instances} instances, ${figures.files} files: ${figures.seconds.toFixed(2)} s ` +
        `(${each.join('; ')}); everything ${figures.full_seconds.toFixed(1)} s`,
    )
  }
  const [short, long] = [found[0], found.at(-1)]
  if (short !== undefined && long !== undefined && short !== long) {
    print(
      `${(long.seconds / short.seconds).toFixed(2)} times the time, ` +
        `${(long.cpu_seconds / short.cpu_seconds).toFixed(2)} times the CPU time, ` +
        `${(long.peak_bytes / short.peak_bytes).toFixed(2)} times the memory`,
    )
  }
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(found, null, 2)}\n`)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { inspectRaw } from '../extract/raw/inspect.ts'
import { startEmbedded } from '../load/embedded.ts'
import { writeHistory } from './daily/history.ts'
import { measureStage, type Stage, type StageFigures, stages } from './daily/measureStage.ts'

/*
 * What a day costs on a short and on a long history: `node bench/daily.ts --rows 100000,1000000 [--json FILE]`.
 *
 * A history is written as raw files, a run a day: webinars of ten instances, 500 join/leave rows each, people who come
 * again, registrants, lists of users and instances. It is built and loaded whole. Then a day is added with one new
 * instance of 2,000 people, and each stage of a sync is measured in a process of its own: planning (the part of extract
 * that looks at what is there), transform, load, verify. Zoom's own time is not part of it.
 */

export interface DailyFigures {
  rows: number
  instances: number
  files: number
  /** Seconds and peak memory of each stage of the day. */
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
    const started = performance.now()
    await measureStage('transform', dataDir, server.url)
    await measureStage('load', dataDir, server.url)
    const full = performance.now() - started
    await history.addDay()
    const measured = {} as DailyFigures['stages']
    for (const stage of stages) measured[stage] = await measureStage(stage, dataDir, server.url)
    const all = Object.values(measured)
    return {
      rows,
      instances: history.instances,
      files: history.files(),
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
      ([stage, { seconds, cpu_seconds, peak_bytes }]) =>
        `${stage} ${seconds.toFixed(2)} s, CPU ${cpu_seconds.toFixed(2)} s, ${Math.round(peak_bytes / 1e6)} MB`,
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

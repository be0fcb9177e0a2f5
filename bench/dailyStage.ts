import { join } from 'node:path'
import { makePlan } from '../extract/plan.ts'
import { inspectRaw } from '../extract/raw/inspect.ts'
import { load } from '../load/load.ts'
import { readVerifySummary } from '../pipelines/verify/report.ts'
import { transform } from '../transform/transform.ts'
import type { Stage } from './daily/measureStage.ts'
import { peakBytes } from './peakBytes.ts'

/*
 * One stage of a day, in this process: `node bench/dailyStage.ts STAGE DATA_DIR DATABASE_URL`, run by `measureStage`,
 * which reads the figures from standard output.
 */

const account = 'ACC'

async function runStage(stage: Stage, dataDir: string, databaseUrl: string): Promise<void> {
  const work: Record<Stage, () => Promise<unknown>> = {
    async plan() {
      await inspectRaw(dataDir)
      const now = new Date('2026-05-30T12:00:00Z')
      const run = { id: '20260530T120000000Z-ACC', freshSinceMs: now.getTime() - 6 * 3_600_000 }
      // The history was read once, each day in the evening: here that settles it, as a second reading would.
      const settling = { settleDays: 0, confirmMinutes: 60, opened: [], isPatienceOver: false }
      await makePlan({ ...settling, dataDir, accountId: account, run, now, until: now, webinarIds: [] })
    },
    async transform() {
      const { kind, reason } = await transform({ dataDir })
      process.stderr.write(`  transform: ${kind}${reason === null ? '' : ` (${reason})`}\n`)
    },
    load: () =>
      load({
        catalogPath: join(dataDir, 'rollcall.duckdb'),
        databaseUrl,
        run: {
          id: '20260530T120000000Z-ACC',
          kind: 'sync',
          account_id: account,
          started_at: new Date('2026-05-30T12:00:00Z'),
          software_version: 'bench',
        },
        tempDir: join(dataDir, 'load'),
      }),
    verify: () => readVerifySummary(dataDir),
  }
  const before = process.cpuUsage()
  const started = performance.now()
  await work[stage]()
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(before)
  const cpu_seconds = (user + system) / 1e6
  const peak_bytes = peakBytes()
  process.stdout.write(JSON.stringify({ seconds, cpu_seconds, peak_bytes }))
}

const [stage, dataDir, databaseUrl] = process.argv.slice(2) as [Stage, string, string]
await runStage(stage, dataDir, databaseUrl)

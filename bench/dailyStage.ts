import { join } from 'node:path'
import { extract } from '../extract/extract.ts'
import { newRunId } from '../extract/runs.ts'
import { load } from '../load/load.ts'
import { readVerifySummary } from '../pipelines/verify/report.ts'
import { transform } from '../transform/transform.ts'
import type { Extracted, Stage, StagePlace, StageReport } from './daily/measureStage.ts'
import { peakBytes } from './peakBytes.ts'

/*
 * One stage of a day, in this process: `node bench/dailyStage.ts STAGE PLACE`, the place as JSON, run by `measureStage`,
 * which reads the report from standard output.
 */

const accountId = 'ACC'

/**
 * Takes the day from the server that plays Zoom, as `rollcall extract --settle-days 0` does: a reading after the end
 * settles an instance. By default, every day also reads those of the day before once more, to confirm them: a day would
 * then not be one with one new instance.
 */
async function takeDay({ dataDir, zoomUrl, atMs }: StagePlace): Promise<Extracted> {
  let planned = 0
  const { statuses, stopped } = await extract(
    {
      ...{ dataDir, accountId, clientId: 'bench', clientSecret: 'bench', plan: 'unlimited' },
      ...{ apiUrl: zoomUrl, oauthUrl: `${zoomUrl}/oauth/token`, mode: 'incremental', settleDays: 0 },
    },
    {
      clock: () => atMs,
      onEvent(event) {
        if (event.type !== 'discovered') return
        const { webinars, instances } = event.plan
        planned = [...webinars, ...instances].reduce((sum, { captures }) => sum + captures.length, 0)
      },
    },
  )
  if (stopped !== null) throw new Error(stopped.reason)
  return { planned, statuses }
}

async function runStage(stage: Stage, place: StagePlace): Promise<StageReport> {
  const { dataDir, databaseUrl, atMs } = place
  let extracted: Extracted | null = null
  const work: Record<Stage, () => Promise<unknown>> = {
    async extract() {
      extracted = await takeDay(place)
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
          id: newRunId(atMs, accountId),
          kind: 'sync',
          account_id: accountId,
          started_at: new Date(atMs),
          software_version: 'bench',
        },
        tempDir: join(dataDir, 'load'),
      }),
    verify: () => readVerifySummary(dataDir),
  }
  const before = process.cpuUsage()
  const started = performance.now()
  await work[stage]()
  const clock_seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(before)
  return { clock_seconds, cpu_seconds: (user + system) / 1e6, peak_bytes: peakBytes(), extracted }
}

const [stage, place] = process.argv.slice(2) as [Stage, string]
process.stdout.write(JSON.stringify(await runStage(stage, JSON.parse(place))))

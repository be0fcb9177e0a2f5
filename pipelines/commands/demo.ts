import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { createAccount } from '../../simulator/account.ts'
import { startSimulator } from '../../simulator/server.ts'
import { writeTruth } from '../../simulator/truth.ts'
import { showAttendance } from '../attendance.ts'
import { exitCodes } from '../cliError.ts'
import { extractSummaryJson } from '../extractSummary.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { publish } from '../publish.ts'
import { type Session, writing } from '../session.ts'
import { extractStage, withWarehouse } from '../stages.ts'
import { elapsed } from '../terminal/format.ts'

export interface DemoOptions extends GlobalOptions {
  scale: 'tiny' | 'demo' | 'headline'
  seed: number
}

/** What a demo folder was made of: another account in the same folder would mix two. */
const Settings = z.object({
  scale: z.enum(['tiny', 'demo', 'headline']),
  seed: z.number(),
  now: z.iso.datetime(),
})

/** `rollcall demo`: the whole pipeline on the bundled account, ending with the attendance analytics on screen. */
export async function demo(options: DemoOptions): Promise<void> {
  const name =
    options.scale === 'demo' && options.seed === 1 ? 'demo' : `demo-${options.scale}-${options.seed}`
  const dataDir = options.dataDir ?? path.join('data', name)
  await writing('demo', { ...options, dataDir }, async (session) => {
    const started = performance.now()
    const settings = await demoSettings(session.config.dataDir, options)
    session.output.progress('demo       making the account')
    const account = createAccount({ seed: settings.seed, scale: settings.scale, now: new Date(settings.now) })
    await writeTruth(account, path.join(session.config.dataDir, 'truth'))
    const simulator = await startSimulator({ account, rateLimits: false, plan: 'business' })
    try {
      const config = {
        ...session.config,
        databaseUrl: undefined,
        accountId: simulator.accountId,
        clientId: simulator.clientId,
        clientSecret: simulator.clientSecret,
        apiUrl: simulator.apiUrl,
        oauthUrl: simulator.oauthUrl,
        plan: 'unlimited' as const,
      }
      session.output.done(`demo       a Zoom account that does not exist, at ${simulator.apiUrl}`)
      await run({ ...session, config }, started)
    } finally {
      await simulator.close()
    }
  })
}

async function run(session: Session, started: number): Promise<void> {
  const { config, output } = session
  const extracted = await extractStage(session, {
    mode: 'full',
    isPublishedLater: true,
  })
  const { loaded, completeness } = await publish(session, 'demo', extracted)
  // The account has what no account can give any more; for a demo that is no failure.
  process.exitCode = exitCodes.done
  const webinars = await withWarehouse(session, (url) => showAttendance(url, output))
  const folder = path.relative(process.cwd(), config.dataDir)
  output.print(`
All of it in ${elapsed(performance.now() - started)}. The files are in ${folder}:
  raw/             every page as Parquet     rollcall.duckdb  the models, for any DuckDB client
  postgres/        the warehouse             truth/           what really happened, to compare with

Try next:
  npm run rollcall -- sql "select * from marts.zoom_participants order by session_count desc limit 5" --data-dir ${folder}
  npm run rollcall -- warehouse start --data-dir ${folder}     the warehouse's address, for psql or a BI tool
  npm run demo                                                 again: nothing settled is asked for twice`)
  output.json({ extract: extractSummaryJson(extracted), load: loaded, completeness, webinars })
}

/** The demo account's dates hang on the day it was made, so that day is kept beside the data. */
async function demoSettings(dataDir: string, options: DemoOptions): Promise<z.infer<typeof Settings>> {
  const file = path.join(dataDir, 'demo.json')
  if (existsSync(file)) {
    const kept = Settings.parse(JSON.parse(await readFile(file, 'utf8')))
    if (kept.scale === options.scale && kept.seed === options.seed) return kept
    throw new Error(
      `${dataDir} holds the demo account of scale ${kept.scale} and seed ${kept.seed}. Name another folder with --data-dir, or remove this one.`,
    )
  }
  const midnight = new Date()
  midnight.setUTCHours(0, 0, 0, 0)
  const settings = { scale: options.scale, seed: options.seed, now: midnight.toISOString() }
  await mkdir(dataDir, { recursive: true })
  await writeFile(file, `${JSON.stringify(settings)}\n`)
  return settings
}

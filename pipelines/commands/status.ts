import { existsSync } from 'node:fs'
import path from 'node:path'
import { listRuns } from '../../extract/runs.ts'
import { embeddedStatus } from '../../load/embedded.ts'
import { defaultThreshold, readLearnedWeights } from '../../transform/likeness.ts'
import { readCompleteness, showCompleteness } from '../completeness.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { likenessText } from '../likenessWords.ts'
import { lockHolder } from '../lock.ts'
import { reading } from '../session.ts'
import { nextText, readNext, whyText } from '../status/next.ts'
import { quotaLeft, quotaText } from '../status/quotaLeft.ts'

const RUNS_SHOWN = 5

/** `rollcall status`: who works, the last runs, what is unsettled and comes next, the quota left, and what is there. */
export async function status(options: GlobalOptions): Promise<void> {
  await reading(options, async ({ config, output }) => {
    const all = listRuns(config.dataDir)
    const runs = all.slice(-RUNS_SHOWN).reverse()
    const hasCatalog = existsSync(path.join(config.dataDir, 'rollcall.duckdb'))
    const completeness = hasCatalog ? await readCompleteness(config.dataDir) : null
    const server = config.databaseUrl === undefined ? await embeddedStatus({ dataDir: config.dataDir }) : null
    const holder = await lockHolder(config.dataDir)
    const working =
      holder === null || holder.isDead
        ? null
        : { command: holder.command, pid: holder.pid, host: holder.host, startedAt: holder.started_at }
    const next = await readNext(config.dataDir, config.accountId, all)
    const accountId = config.accountId ?? all.at(-1)?.account_id
    const quotas = accountId === undefined ? [] : quotaLeft(config.plan, accountId, all, Date.now())
    const weights = await readLearnedWeights(config.dataDir)
    const likeness = {
      threshold: config.identityThreshold ?? defaultThreshold,
      learned: weights && {
        read_until: weights.read_until,
        pairs: weights.pairs,
        instances: weights.instances,
      },
    }
    output.json({
      dataDir: config.dataDir,
      runs,
      completeness,
      warehouse: server && { state: server.state },
      working,
      next,
      quotas,
      likeness,
    })

    output.print(`Files      ${config.dataDir}`)
    output.print(`Warehouse  ${describe(server?.state)}`)
    output.print(`Likeness   ${likenessText(likeness)}`)
    if (working)
      output.print(
        `Working    rollcall ${working.command} (process ${working.pid} on ${working.host}, since ${working.startedAt.slice(0, 19)}Z)`,
      )
    if (runs.length === 0) {
      output.print('No run yet: rollcall sync --full, or npm run demo')
      return
    }
    if (next) output.print(`Next       ${nextText(next)}`)
    for (const quota of quotas) output.print(`Quota      ${quotaText(quota)}`)
    output.print('\nThe last runs:')
    output.table(
      ['run', 'kind', 'status', 'started', 'why'],
      runs.map((run) => [run.run_id, run.kind, run.status, run.started_at.slice(0, 19), run.reason ?? '']),
    )
    if (next && next.newest.length > 0) {
      output.print('\nThe newest that are not settled:')
      output.table(
        ['webinar', 'instance', 'start', 'why', 'settled by'],
        next.newest.map((one) => [
          String(one.webinarId),
          one.zoomUuid,
          one.startTime.slice(0, 16),
          whyText(one.why),
          one.settlesBy?.slice(0, 16) ?? '–',
        ]),
      )
    }
    if (completeness) {
      output.print('')
      showCompleteness(completeness, output)
    }
  })
}

function describe(state: 'absent' | 'stopped' | 'starting' | 'running' | undefined): string {
  if (state === undefined) return 'the Postgres of DATABASE_URL'
  if (state === 'absent') return 'none yet'
  return state === 'stopped'
    ? 'embedded Postgres, stopped (rollcall warehouse start)'
    : `embedded Postgres, ${state}`
}

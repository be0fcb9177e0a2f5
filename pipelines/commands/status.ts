import { existsSync } from 'node:fs'
import path from 'node:path'
import { listRuns } from '../../extract/runs.ts'
import { embeddedStatus } from '../../load/embedded.ts'
import { readCompleteness, showCompleteness } from '../completeness.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { reading } from '../session.ts'

const RUNS_SHOWN = 5

/** `rollcall status`: the last runs, the completeness of what is there, and where it is. */
export async function status(options: GlobalOptions): Promise<void> {
  await reading(options, async ({ config, output }) => {
    const runs = (await listRuns(config.dataDir)).slice(-RUNS_SHOWN).reverse()
    const hasCatalog = existsSync(path.join(config.dataDir, 'rollcall.duckdb'))
    const completeness = hasCatalog ? await readCompleteness(config.dataDir) : null
    const server = config.databaseUrl === undefined ? await embeddedStatus({ dataDir: config.dataDir }) : null
    output.json({
      dataDir: config.dataDir,
      runs,
      completeness,
      warehouse: server && { state: server.state },
    })

    output.print(`Files      ${config.dataDir}`)
    output.print(`Warehouse  ${describe(server?.state)}`)
    if (runs.length === 0) {
      output.print('No run yet: rollcall sync --full, or npm run demo')
      return
    }
    output.table(
      ['run', 'kind', 'status', 'started', 'why'],
      runs.map((run) => [run.run_id, run.kind, run.status, run.started_at.slice(0, 19), run.reason ?? '']),
    )
    if (completeness) showCompleteness(completeness, output)
  })
}

function describe(state: 'absent' | 'stopped' | 'starting' | 'running' | undefined): string {
  if (state === undefined) return 'the Postgres of DATABASE_URL'
  if (state === 'absent') return 'none yet'
  return state === 'stopped'
    ? 'embedded Postgres, stopped (rollcall warehouse start)'
    : `embedded Postgres, ${state}`
}

import { listRuns } from '../../extract/runs.ts'
import { CliError } from '../cliError.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { writing } from '../session.ts'
import { loadStage, type PublishOptions } from '../stages.ts'

/** `rollcall load`: the catalog to Postgres, under the run whose files it shows. */
export async function loadCommand(options: GlobalOptions & PublishOptions): Promise<void> {
  await writing('load', options, async (session) => {
    const run = listRuns(session.config.dataDir).at(-1)
    if (run === undefined) {
      throw new CliError(
        `Nothing was extracted to ${session.config.dataDir} yet. Run rollcall sync, or npm run demo.`,
      )
    }
    const published = {
      id: run.run_id,
      kind: 'load',
      accountId: run.account_id,
      startedAt: new Date(run.started_at),
    }
    const summary = await loadStage(session, published, options)
    session.output.json(summary)
  })
}

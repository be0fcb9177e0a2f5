import { exitCodeOf, readCompleteness, showCompleteness } from '../completeness.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { writing } from '../session.ts'
import { transformStage } from '../stages.ts'

/** `rollcall transform`: the raw zone to the catalog. */
export async function transformCommand(options: GlobalOptions): Promise<void> {
  await writing('transform', options, async (session) => {
    const summary = await transformStage(session)
    const completeness = await readCompleteness(session.config.dataDir)
    showCompleteness(completeness, session.output)
    session.output.json({ ...summary, completeness })
    process.exitCode = exitCodeOf(completeness)
  })
}

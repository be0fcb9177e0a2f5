import { exitCodeOf, readCompleteness, showCompleteness } from '../completeness.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { writing } from '../session.ts'
import { transformStage } from '../stages.ts'

export interface TransformCommandOptions extends GlobalOptions {
  full?: boolean
  learn?: boolean
}

/** `rollcall transform`: the raw zone to the catalog. */
export async function transformCommand(options: TransformCommandOptions): Promise<void> {
  await writing('transform', options, async (session) => {
    const summary = await transformStage(session, {
      isFull: options.full,
      isLearning: options.learn,
    })
    const completeness = await readCompleteness(session.config.dataDir)
    showCompleteness(completeness, session.output)
    session.output.json({ ...summary, completeness })
    process.exitCode = exitCodeOf(completeness)
  })
}

import { exitCodes } from '../cliError.ts'
import { extractSummaryJson } from '../extractSummary.ts'
import { ending } from '../failureJson.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { type NarrowOptions, narrowing } from '../narrowing.ts'
import { writing } from '../session.ts'
import { extractStage } from '../stages.ts'

/** `rollcall extract`: Zoom to the raw zone, nothing else. */
export async function extractCommand(
  options: GlobalOptions & NarrowOptions & { full?: boolean; dryRun?: boolean },
): Promise<void> {
  if (options.dryRun) return (await import('../dryRun.ts')).showDryRun(options)
  await writing('extract', options, async (session) => {
    const summary = await extractStage(session, {
      mode: options.full ? 'full' : 'incremental',
      ...narrowing(options),
    })
    if (summary.stopped)
      session.output.warn(`Not finished: ${summary.stopped.reason}. Run the same command to go on.`)
    const { complete = 0, empty = 0, ...others } = summary.statuses
    const isComplete = summary.stopped === null && Object.keys(others).length === 0
    const exitCode = isComplete ? exitCodes.done : exitCodes.incomplete
    process.exitCode = exitCode
    session.output.json({ ...ending(exitCode), ...extractSummaryJson(summary) })
    session.output.print(
      `${complete + empty} readings complete${Object.entries(others)
        .map(([status, readings]) => `, ${readings} ${status.replace('_', ' ')}`)
        .join('')}. Next: rollcall transform`,
    )
  })
}

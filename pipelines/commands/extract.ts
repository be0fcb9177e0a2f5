import type { ExtractSummary } from '../../extract/extract.ts'
import { exitCodes } from '../cliError.ts'
import type { GlobalOptions } from '../program.ts'
import { writing } from '../session.ts'
import { extractStage } from '../stages.ts'

export interface NarrowOptions {
  since?: Date
  until?: Date
  webinar?: number[]
  settleDays?: number
  confirmMinutes?: number
}

/** `rollcall extract`: Zoom to the raw zone, nothing else. */
export async function extractCommand(
  options: GlobalOptions & NarrowOptions & { full?: boolean },
): Promise<void> {
  await writing('extract', options, async (session) => {
    const summary = await extractStage(session, {
      mode: options.full ? 'full' : 'incremental',
      ...narrowing(options),
    })
    if (summary.stopped)
      session.output.warn(`Not finished: ${summary.stopped.reason}. Run the same command to go on.`)
    session.output.json(extractSummaryJson(summary))
    const { complete = 0, empty = 0, ...others } = summary.statuses
    const isComplete = summary.stopped === null && Object.keys(others).length === 0
    if (!isComplete) process.exitCode = exitCodes.incomplete
    session.output.print(
      `${complete + empty} readings complete${Object.entries(others)
        .map(([status, readings]) => `, ${readings} ${status.replace('_', ' ')}`)
        .join('')}. Next: rollcall transform`,
    )
  })
}

/** The options on what is read, in the words of the extract stage. */
export function narrowing({ since, until, webinar, settleDays, confirmMinutes }: NarrowOptions) {
  return { since, until, webinarIds: webinar, settleDays, confirmMinutes }
}

/** What `--json` promises of an extract. */
export function extractSummaryJson(summary: ExtractSummary) {
  const { routes, ...rest } = summary
  return {
    ...rest,
    routes: routes.map((route) => ({
      stream: route.stream,
      source: route.source,
      statuses: countBy(route.outcomes.map((outcome) => outcome.verdict.status)),
    })),
  }
}

function countBy(statuses: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

import type { ExtractSummary } from '../extract/extract.ts'
import { finishRun } from '../extract/runs.ts'
import { exitCodeOf, readCompleteness, showCompleteness } from './completeness.ts'
import type { Session } from './session.ts'
import { loadStage, type PublishOptions, transformStage } from './stages.ts'

/** The part of a sync after extraction: models, warehouse, and the verdict on the whole. */
export async function publish(
  session: Session,
  kind: string,
  extracted: ExtractSummary,
  allowed: PublishOptions = {},
) {
  const transformed = await transformStage(session)
  const run = {
    id: extracted.runId,
    kind,
    accountId: session.config.accountId ?? null,
    startedAt: extracted.startedAt,
  }
  const loaded = await loadStage(session, run, allowed)
  await finishRun(session.config.dataDir, extracted.runId)
  const completeness = await readCompleteness(session.config.dataDir)
  showCompleteness(completeness, session.output)
  if (extracted.stopped)
    session.output.warn(`Not finished: ${extracted.stopped.reason}. Run the same command to go on.`)
  process.exitCode = exitCodeOf(completeness, extracted)
  return { transformed, loaded, completeness }
}

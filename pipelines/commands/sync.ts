import type { ExtractSummary } from '../../extract/extract.ts'
import { finishRun } from '../../extract/runs.ts'
import { exitCodeOf, readCompleteness, showCompleteness } from '../completeness.ts'
import type { GlobalOptions } from '../program.ts'
import { type Session, writing } from '../session.ts'
import { extractStage, loadStage, transformStage } from '../stages.ts'
import { extractSummaryJson, type NarrowOptions, narrowing } from './extract.ts'

export interface SyncOptions extends GlobalOptions, NarrowOptions {
  full?: boolean
}

/** `rollcall sync`: extract, transform, load, and the completeness of the result. Sets the exit code. */
export async function sync(options: SyncOptions): Promise<void> {
  await writing('sync', options, async (session) => {
    const extracted = await extractStage(session, {
      mode: options.full ? 'full' : 'incremental',
      ...narrowing(options),
      isPublishedLater: true,
    })
    const { transformed, loaded, completeness } = await publish(session, 'sync', extracted)
    session.output.json({
      extract: extractSummaryJson(extracted),
      transform: { models: transformed.models.length, audits: transformed.audits },
      load: loaded,
      completeness,
    })
  })
}

/** The part of a sync after extraction: models, warehouse, and the verdict on the whole. */
export async function publish(session: Session, kind: string, extracted: ExtractSummary) {
  const startedAt = new Date()
  const transformed = await transformStage(session)
  const loaded = await loadStage(session, {
    id: extracted.runId,
    kind,
    accountId: session.config.accountId ?? null,
    startedAt,
  })
  await finishRun(session.config.dataDir, extracted.runId)
  const completeness = await readCompleteness(session.config.dataDir)
  showCompleteness(completeness, session.output)
  if (extracted.stopped)
    session.output.warn(`Not finished: ${extracted.stopped.reason}. Run the same command to go on.`)
  process.exitCode = exitCodeOf(completeness, extracted)
  return { transformed, loaded, completeness }
}

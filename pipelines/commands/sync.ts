import { exitCodes } from '../cliError.ts'
import { extractSummaryJson } from '../extractSummary.ts'
import { ending } from '../failureJson.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { type NarrowOptions, narrowing } from '../narrowing.ts'
import { publish } from '../publish.ts'
import { writing } from '../session.ts'
import { extractStage, type PublishOptions } from '../stages.ts'

export interface SyncOptions extends GlobalOptions, NarrowOptions, PublishOptions {
  full?: boolean
  dryRun?: boolean
}

/** `rollcall sync`: extract, transform, load, and the completeness of the result. Sets the exit code. */
export async function sync(options: SyncOptions): Promise<void> {
  if (options.dryRun) return (await import('../dryRun.ts')).showDryRun(options)
  await writing('sync', options, async (session) => {
    const extracted = await extractStage(session, {
      mode: options.full ? 'full' : 'incremental',
      ...narrowing(options),
      isPublishedLater: true,
    })
    const { transformed, loaded, completeness } = await publish(session, 'sync', extracted, options)
    session.output.json({
      ...ending(Number(process.exitCode ?? exitCodes.done)),
      extract: extractSummaryJson(extracted),
      transform: { models: transformed.models.length, audits: transformed.audits },
      load: loaded,
      completeness,
    })
  })
}

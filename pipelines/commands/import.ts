import { importReports } from '../../extract/importReports.ts'
import { UsageError } from '../cliError.ts'
import { exitCodeOf, readCompleteness, showCompleteness } from '../completeness.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { writing } from '../session.ts'
import { loadStage, type PublishOptions, transformStage } from '../stages.ts'
import { count, counted } from '../terminal/format.ts'

export interface ImportCommandOptions extends GlobalOptions, PublishOptions {
  timezone: string
  account?: string
  rawOnly?: boolean
}

/** Account of reports imported before any Zoom account is configured; the webinar id unites them with it later. */
const LOCAL_ACCOUNT = 'local'

/** `rollcall import FILE…`: attendee reports of Zoom's portal, all the way to the warehouse. */
export async function importCommand(files: string[], options: ImportCommandOptions): Promise<void> {
  if (options.account !== undefined && !/^[A-Za-z0-9_-]{1,64}$/.test(options.account)) {
    throw new UsageError(`--account ${options.account}: expected letters, digits, - and _ only`)
  }
  await writing('import', options, async (session) => {
    const accountId = options.account ?? session.config.accountId ?? LOCAL_ACCOUNT
    const { run, files: imported } = await importReports(
      {
        dataDir: session.config.dataDir,
        accountId,
        files,
        timezone: options.timezone,
        signal: session.signal,
      },
      {
        onFile: (file) => {
          session.output.done(
            `import     ${file.topic ?? file.webinarId}: ${counted(file.participantRows, 'join/leave row')}, ${counted(file.registrations, 'registration')}${file.rejected > 0 ? `, ${count(file.rejected)} rows not understood (raw.rejects)` : ''}`,
          )
          for (const note of file.notes) session.output.warn(`           ${note}`)
        },
      },
    )
    if (options.rawOnly) {
      session.output.json({ run, files: imported })
      return
    }
    await transformStage(session)
    const published = {
      id: run.run_id,
      kind: 'import',
      accountId,
      startedAt: new Date(run.started_at),
    }
    const loaded = await loadStage(session, published, options)
    const completeness = await readCompleteness(session.config.dataDir)
    showCompleteness(completeness, session.output)
    session.output.json({ run, files: imported, load: loaded, completeness })
    process.exitCode = exitCodeOf(completeness)
  })
}

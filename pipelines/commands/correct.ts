import { listRuns } from '../../extract/runs.ts'
import { readCorrections, writeCorrections } from '../../transform/corrections.ts'
import { hasStepsSql } from '../../transform/steps.ts'
import { queryCatalog } from '../catalog.ts'
import { exitCodes } from '../cliError.ts'
import { decide } from '../corrections/decide.ts'
import { readCorrectionsFile } from '../corrections/file.ts'
import { type CorrectionOutcome, readOutcomes } from '../corrections/outcomes.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { type Session, writing } from '../session.ts'
import { loadStage, transformStage } from '../stages.ts'
import { count } from '../terminal/format.ts'

export interface CorrectOptions extends GlobalOptions {
  check?: boolean
}

/**
 * `rollcall correct [FILE]`: makes the decisions of a file the ones in force, all the way to the warehouse; without a
 * file, what became of those in force. Exit code 3 when one of them matches nothing or does not hold.
 */
export async function correct(file: string | undefined, options: CorrectOptions): Promise<void> {
  if (file === undefined) {
    await writing('correct', options, async (session) => {
      if ((await readCorrections(session.config.dataDir)).length > 0) await keepSteps(session)
      await show(session)
    })
    return
  }
  await writing('correct', options, async (session) => {
    const { dataDir } = session.config
    await keepSteps(session)
    const earlier = await readCorrections(dataDir)
    const corrections = await decide(dataDir, file, await readCorrectionsFile(file), earlier)
    if (options.check) {
      session.output.done(
        `correct    ${count(corrections.length)} decisions can be taken; nothing was changed`,
      )
      session.output.json({ corrections })
      return
    }
    await writeCorrections(dataDir, corrections)
    session.output.done(`correct    ${count(corrections.length)} decisions, before ${count(earlier.length)}`)
    try {
      await transformStage(session, { isWithSteps: true })
    } catch (error) {
      // What no catalog can be built with must not be in the way of the next sync.
      await writeCorrections(dataDir, earlier)
      throw error
    }
    const run = listRuns(dataDir).at(-1)
    if (run !== undefined) {
      const startedAt = new Date(run.started_at)
      await loadStage(session, { id: run.run_id, kind: 'correct', accountId: run.account_id, startedAt })
    }
    await show(session)
  })
}

/** What decisions are about is found by the steps between staging and marts, which a daily build does not keep. */
async function keepSteps(session: Session): Promise<void> {
  const { rows } = await queryCatalog(session.config.dataDir, hasStepsSql)
  if (rows.length === 0) await transformStage(session, { isWithSteps: true })
}

async function show({ config, output }: Session): Promise<void> {
  const outcomes = await readOutcomes(config.dataDir)
  if (outcomes.length === 0) output.print('No decisions are in force. To make some: rollcall correct FILE')
  else {
    output.table(
      ['line', 'decision', 'one', 'other', 'result', ''],
      outcomes.map(({ line, decision, one, other, status, note }) => [
        String(line),
        decision,
        one,
        other ?? '',
        status,
        note,
      ]),
    )
  }
  output.json({ corrections: outcomes })
  if (outcomes.some(isOpen)) process.exitCode = exitCodes.incomplete
}

function isOpen({ status }: CorrectionOutcome): boolean {
  return status !== 'holds'
}

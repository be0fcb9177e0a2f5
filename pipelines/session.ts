import { CliError, exitCodes } from './cliError.ts'
import { type Config, loadDotEnv, readConfig } from './config.ts'
import type { GlobalOptions } from './globalOptions.ts'
import { lockDataDir } from './lock.ts'
import { stopOnSignals } from './stop.ts'
import { createOutput, type Output } from './terminal/output.ts'

/** What a command works with: its configuration, its voice, and the signal that says stop. */
export interface Session {
  config: Config
  output: Output
  signal: AbortSignal
}

/** Runs a command that only reads. */
export async function reading<T>(options: GlobalOptions, work: (session: Session) => Promise<T>): Promise<T> {
  loadDotEnv()
  const config = readConfig(process.env, { dataDir: options.dataDir })
  const output = createOutput(options)
  const { signal, release } = stopOnSignals(output)
  try {
    return await work({ config, output, signal })
  } catch (error) {
    // Stages end with the signal's reason; to the user it is no failure, there is only something left to do.
    if (!signal.aborted || error !== signal.reason) throw error
    throw new CliError('Stopped on request; nothing is lost. Run the same command to go on.', {
      exitCode: exitCodes.incomplete,
      cause: error,
    })
  } finally {
    output.stop()
    release()
  }
}

/** Runs a command that writes to the data folder, which it has for itself meanwhile. */
export async function writing<T>(
  command: string,
  options: GlobalOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return reading(options, async (session) => {
    const unlock = await lockDataDir(session.config.dataDir, command)
    try {
      return await work(session)
    } finally {
      await unlock()
    }
  })
}

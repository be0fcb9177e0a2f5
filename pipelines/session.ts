import { CliError, exitCodes, UsageError } from './cliError.ts'
import { type Config, loadDotEnv, readConfig } from './config.ts'
import type { GlobalOptions } from './globalOptions.ts'
import { lockDataDir } from './lock.ts'
import { heard } from './log/heard.ts'
import type { Log } from './log/log.ts'
import { stopOnSignals } from './stop.ts'
import { createOutput, type Output } from './terminal/output.ts'

/** What a command works with: its configuration, its voice, and the signal that says stop. */
export interface Session {
  config: Config
  output: Output
  signal: AbortSignal
  /** Absent for commands that only read. */
  log?: Log
}

/** Runs a command that only reads. */
export async function reading<T>(options: GlobalOptions, work: (session: Session) => Promise<T>): Promise<T> {
  loadDotEnv()
  const config = readConfig(process.env, { dataDir: options.dataDir })
  const output = await createOutput(options)
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

/**
 * Runs a command that writes to the data folder, which it has for itself meanwhile, and keeps a log there.
 * @throws {FailedRun} naming the log, whatever it failed of but wrong usage
 */
export async function writing<T>(
  command: string,
  options: GlobalOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return reading(options, async (session) => {
    const unlock = await lockDataDir(session.config.dataDir, command)
    try {
      return await logged(command, options, session, work)
    } finally {
      await unlock()
    }
  })
}

async function logged<T>(
  command: string,
  options: GlobalOptions,
  session: Session,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  // Imported here, so that commands that only read start without it.
  const [{ openLog }, { describeError }, { FailedRun }] = await Promise.all([
    import('./log/openLog.ts'),
    import('./log/scrub.ts'),
    import('./log/failedRun.ts'),
  ])
  const { dataDir, clientSecret, databaseUrl } = session.config
  const log = openLog(
    {
      dataDir,
      command,
      isVerbose: options.debug,
      secrets: [clientSecret, databaseUrl].filter((secret) => secret !== undefined),
    },
    { clock: Date.now, onFault: session.output.warn },
  )
  const { debug, json, quiet, ...asked } = options
  log.info('asked', { options: asked })
  const crashed = (error: unknown) => log.error('crashed', { error: describeError(error) })
  process.on('uncaughtExceptionMonitor', crashed)
  const started = performance.now()
  try {
    const result = await work({ ...session, output: heard(session.output, log), log })
    log.info('end', {
      exit_code: Number(process.exitCode ?? exitCodes.done),
      elapsed_ms: Math.round(performance.now() - started),
    })
    return result
  } catch (error) {
    if (session.signal.aborted && error === session.signal.reason) {
      log.info('stopped on request')
      throw error
    }
    log.error('failed', { error: describeError(error) })
    throw error instanceof UsageError || log.file === null ? error : new FailedRun(error, log.file)
  } finally {
    process.off('uncaughtExceptionMonitor', crashed)
    log.close()
  }
}

import { CommanderError } from 'commander'
import { CliError, exitCodes } from './cliError.ts'
import { failureJson } from './failureJson.ts'
import { FailedRun } from './log/failedRun.ts'
import { createProgram } from './program.ts'

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

// Everything heavy is imported by the command that needs it, so that --help answers at once.
try {
  await createProgram().parseAsync(process.argv)
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its message; help and version are no errors.
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    if (error.exitCode !== 0 && process.argv.includes('--json'))
      process.stdout.write(failureJson(error.message, exitCodes.usage))
  } else {
    const isDebug = process.argv.includes('--debug')
    const failure = error instanceof FailedRun ? error.cause : error
    process.stderr.write(`${isDebug ? inspect(failure) : messageOf(failure)}\n`)
    if (error instanceof FailedRun) process.stderr.write(`What happened before is in ${error.logFile}\n`)
    process.exitCode = failure instanceof CliError ? failure.exitCode : exitCodes.failed
    if (process.argv.includes('--json'))
      process.stdout.write(failureJson(messageOf(failure), Number(process.exitCode)))
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function inspect(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by: ${inspect(error.cause)}`
  return `${error.stack}${cause}`
}

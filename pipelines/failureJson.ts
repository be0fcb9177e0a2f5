import { exitCodes } from './cliError.ts'

/** The word for an exit code, as `--json` says it. */
const words: Readonly<Record<number, string>> = {
  [exitCodes.done]: 'complete',
  [exitCodes.failed]: 'failed',
  [exitCodes.usage]: 'usage',
  [exitCodes.incomplete]: 'incomplete',
  [exitCodes.busy]: 'busy',
}

/** How a command ended, for the top of a JSON document: an alert needs nothing else of it. */
export function ending(exitCode: number): { status: string; exitCode: number } {
  return { status: words[exitCode] ?? 'failed', exitCode }
}

/** What `--json` prints in place of a result when there is none, so that the reader always gets a document. */
export function failureJson(message: string, exitCode: number): string {
  return `${JSON.stringify({ ...ending(exitCode), error: message }, null, 2)}\n`
}

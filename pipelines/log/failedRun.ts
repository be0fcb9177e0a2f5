/** A command that has a log failed: `cause` is what it failed of. */
export class FailedRun extends Error {
  readonly logFile: string

  constructor(cause: unknown, logFile: string) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.name = 'FailedRun'
    this.logFile = logFile
  }
}

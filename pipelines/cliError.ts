/**
 * Exit codes, as documented: part of the contract with schedulers and alerts. `busy` is EX_TEMPFAIL of sysexits(3),
 * "try again later": neither success, which would hide that nothing was done, nor a failure to be woken up for.
 */
export const exitCodes = { done: 0, failed: 1, usage: 2, incomplete: 3, busy: 75 } as const

/** An error meant for the person at the terminal: printed as its message alone, without a stack. */
export class CliError extends Error {
  readonly exitCode: number

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'CliError'
    this.exitCode = options.exitCode ?? exitCodes.failed
  }
}

/** Wrong usage or configuration: exit code 2. */
export class UsageError extends CliError {
  constructor(message: string) {
    super(message, { exitCode: exitCodes.usage })
    this.name = 'UsageError'
  }
}

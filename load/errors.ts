/**
 * What goes wrong between the catalog and the warehouse. `transient` may succeed when tried again as it is (a
 * deadlock, a lost connection); `terminal` needs somebody to change something first, and the message says what.
 * Messages never contain a password or a whole connection string.
 */
export class WarehouseError extends Error {
  override readonly name = 'WarehouseError'
  readonly kind: 'terminal' | 'transient'
  /** SQLSTATE or Node's error code, where there is one. */
  readonly code: string | undefined

  constructor(
    kind: 'terminal' | 'transient',
    message: string,
    options: { code?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.kind = kind
    this.code = options.code
  }
}

/**
 * Codes worth another attempt with nothing changed. Everything else is terminal.
 * SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const transientCodes: ReadonlySet<string> = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '08000', // connection_exception
  '08003', // connection_does_not_exist
  '08006', // connection_failure
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: the server is starting up
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
])

/** The code of a pg or Node error, if it carries one. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

/** Whether the same statement may succeed when it is sent again. */
export function isTransient(error: unknown): boolean {
  if (error instanceof WarehouseError) return error.kind === 'transient'
  const code = errorCode(error)
  if (code !== undefined) return transientCodes.has(code)
  // pg reports a connection that ended under a query without any code.
  return (
    error instanceof Error &&
    /^(Connection terminated|Client has encountered a connection error)/.test(error.message)
  )
}

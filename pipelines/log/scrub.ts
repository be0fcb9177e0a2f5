import { redactRow } from '../../extract/zoom/redact.ts'

/** Also as it stands in a path (`%40`); a password in a database's address goes with it. */
const address = /[^\s"'<>()[\],;:/]+(?:@|%40)[^\s"'<>()[\],;:/]+/gi

/**
 * Takes out of a line of the log what must not be kept there: links to join or start, fields that hold a secret, the
 * secrets given by their text, and e-mail addresses.
 *
 * @param fields plain data; errors are to be described first, see `describeError`
 */
export function scrub(fields: unknown, secrets: readonly string[] = []): unknown {
  return withoutAddresses(redactRow(fields).value, secrets)
}

function withoutAddresses(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') {
    const plain = secrets.reduce((text, secret) => text.replaceAll(secret, '(secret)'), value)
    return plain.replaceAll(address, '(address)')
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((one) => withoutAddresses(one, secrets))
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutAddresses(one, secrets)]))
}

/** An error and its causes as plain data, stacks included. */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) }
  const cause = error.cause === undefined || depth > 8 ? {} : { cause: describeError(error.cause, depth + 1) }
  return { name: error.name, message: error.message, stack: error.stack, ...cause }
}

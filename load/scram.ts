import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'

/** What Postgres itself uses by default. */
const iterations = 4096

/**
 * A password as Postgres stores it, so that the password itself is never part of a statement, which servers may log.
 * Only for ASCII passwords: others would have to be prepared by SASLprep first.
 * https://www.postgresql.org/docs/current/catalog-pg-authid.html and RFC 5802, section 3
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const clientKey = createHmac('sha256', salted).update('Client Key').digest()
  const storedKey = createHash('sha256').update(clientKey).digest('base64')
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}

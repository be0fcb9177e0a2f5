import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type EmbeddedOptions, isEmbeddedLent, startEmbedded, stopEmbedded } from './embedded.ts'
import { errorCode, isTransient, WarehouseError } from './errors.ts'

/*
 * The embedded server, used by several commands at once:
 *
 *   stopped ──first borrows──▶ lent ◀──others borrow, one gives back──▶ lent ──last gives back──▶ stopped
 *                               │
 *                               └──`warehouse start`──▶ kept ──`warehouse stop`──▶ stopped
 *
 * Borrowing is a shared lock in the server itself, on a connection that is kept for it: a command that is killed gives
 * back with its connection, and nothing stale is left. Who gets the lock for itself alone is the last. While it does,
 * nobody can borrow; whoever tries waits until the server has stopped, and starts it again.
 */

export interface Borrowed {
  /** As of `startEmbedded`. */
  url: string
  giveBack(): Promise<void>
}

const lockKey = `hashtext('rollcall borrows the embedded server')`
/** A server that stops is waited for by `startEmbedded`; in between it may answer once or twice. */
const attemptsMax = 50
const pauseMs = 100

/**
 * Makes the embedded server run, and go on at least until it is given back. Errors as `startEmbedded`.
 */
export async function borrowEmbedded(
  options: EmbeddedOptions,
  effects: { sleep: (milliseconds: number) => Promise<unknown> } = { sleep },
): Promise<Borrowed> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const url = await startedUrl(options)
    const lease = url === null ? null : await takeLease(url)
    if (url !== null && lease !== null) return { url, giveBack: () => giveBack(options, lease) }
    await effects.sleep(pauseMs)
  }
  throw new WarehouseError(
    'terminal',
    `The embedded Postgres of ${options.dataDir} was stopped again and again while it was about to be used. ` +
      'Run `rollcall warehouse start`, which keeps it running, and then this again.',
  )
}

/** @returns null where somebody stopped the server while it was being looked at */
async function startedUrl(options: EmbeddedOptions): Promise<string | null> {
  try {
    return (await startEmbedded({ ...options, isLent: true })).url
  } catch (error) {
    if (isTransient(error) || errorCode(error) === 'ECONNREFUSED') return null
    throw error
  }
}

/** @returns null where the server is about to stop */
async function takeLease(url: string): Promise<pg.Client | null> {
  const place = new URL(url)
  // Not the warehouse's own database: that may be dropped, which a connection would prevent.
  place.pathname = 'postgres'
  const client = new pg.Client({ connectionString: place.href, application_name: 'rollcall borrower' })
  // A server that somebody stops on purpose takes the lease with it; there is nothing to give back then.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ is_taken: boolean }>(
      `select pg_try_advisory_lock_shared(${lockKey}) as is_taken`,
    )
    if (rows[0]?.is_taken === true) return client
  } catch {
    // It went away in between.
  }
  await client.end().catch(() => undefined)
  return null
}

async function giveBack(options: EmbeddedOptions, lease: pg.Client): Promise<void> {
  try {
    if ((await isLast(lease)) && (await isEmbeddedLent(options))) await stopEmbedded(options)
  } finally {
    await lease.end().catch(() => undefined)
  }
}

async function isLast(lease: pg.Client): Promise<boolean> {
  try {
    await lease.query(`select pg_advisory_unlock_shared(${lockKey})`)
    const { rows } = await lease.query<{ is_alone: boolean }>(
      `select pg_try_advisory_lock(${lockKey}) as is_alone`,
    )
    return rows[0]?.is_alone === true
  } catch {
    // The server was stopped meanwhile; one that runs now is not what was lent to us.
    return false
  }
}

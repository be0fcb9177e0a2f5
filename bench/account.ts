import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { AccountOptions } from '../simulator/account.ts'
import { createAccount } from '../simulator/account.ts'
import { type Plan, startSimulator } from '../simulator/server.ts'

/*
 * A simulated account served by a process of its own, so that its work is in nobody's figures:
 *
 *   parent ──serve──▶ child ──ready──▶ parent … parent ──stop──▶ child ──what was asked──▶ parent
 */

export interface Served {
  apiUrl: string
  oauthUrl: string
  accountId: string
  clientId: string
  clientSecret: string
  /** Path of the participants report with the most rows. */
  largestReport: string
}

export interface Asked {
  /** Requests that were answered with 200, by path, in the order first asked; queries without their page token. */
  listings: { path: string; query: Record<string, string>; pages: number }[]
  requests: number
  tooMany: number
  /** Rows of participants by the path of their report. */
  rowsOf: Record<string, number>
  /** Of serving, user and system. */
  cpuSeconds: number
}

interface Wanted {
  scale: AccountOptions['scale']
  /** Null: without rate limits. */
  plan: Plan | null
}

/** Everybody's figures hang on the same account. */
export const now = new Date('2026-06-15T00:00:00Z')

export async function serveAccount(wanted: Wanted): Promise<Served & { stop(): Promise<Asked> }> {
  const child = fork(import.meta.filename, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  child.send(wanted)
  const [served] = (await once(child, 'message')) as [Served]
  return {
    ...served,
    async stop() {
      child.send('stop')
      const [asked] = (await once(child, 'message')) as [Asked]
      await once(child, 'exit')
      return asked
    },
  }
}

if (process.argv[1] === import.meta.filename && process.send !== undefined) {
  const [wanted] = (await once(process, 'message')) as [Wanted]
  await serve(wanted, (message, whenSent) => process.send?.(message, whenSent))
}

async function serve(
  { scale, plan }: Wanted,
  send: (message: Served | Asked, whenSent: () => void) => void,
): Promise<void> {
  const account = createAccount({ scale, now })
  const simulator = await startSimulator({ account, rateLimits: plan !== null, plan: plan ?? 'business' })
  const rowsOf = Object.fromEntries(
    account.instances.map(({ uuid, rows }) => [reportPath(uuid), rows.length]),
  )
  const largestReport = Object.entries(rowsOf).reduce((a, b) => (b[1] > a[1] ? b : a))[0]
  const before = process.cpuUsage()
  process.once('message', async () => {
    const { user, system } = process.cpuUsage(before)
    const listings = new Map<string, Asked['listings'][number]>()
    for (const { path, query, status } of simulator.requests()) {
      if (status !== 200 || !path.startsWith('/v2/')) continue
      const { next_page_token: _, ...rest } = query
      const key = `${path}?${new URLSearchParams(rest)}`
      const listing = listings.get(key) ?? { path, query: rest, pages: 0 }
      listings.set(key, { ...listing, pages: listing.pages + 1 })
    }
    const { requests, tooMany } = simulator.stats()
    const cpuSeconds = (user + system) / 1e6
    // Not before it is sent: what a large account was asked is more than a pipe takes at once.
    send({ listings: [...listings.values()], requests, tooMany, rowsOf, cpuSeconds }, () =>
      process.disconnect(),
    )
    await simulator.close()
  })
  const { apiUrl, oauthUrl, accountId, clientId, clientSecret } = simulator
  send({ apiUrl, oauthUrl, accountId, clientId, clientSecret, largestReport }, () => undefined)
}

function reportPath(uuid: string): string {
  return `/v2/report/webinars/${encodeURIComponent(encodeURIComponent(uuid))}/participants`
}

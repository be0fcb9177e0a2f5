import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'
import { type ExtractOptions, type ExtractSummary, extract } from '../../extract/extract.ts'
import { contentHash } from '../../load/contentHash.ts'
import { load } from '../../load/load.ts'
import { createAccount } from '../../simulator/account.ts'
import type { Account } from '../../simulator/model.ts'
import { type ServerOptions, startSimulator } from '../../simulator/server.ts'
import { transform } from '../../transform/transform.ts'
import { createFilledDatabase, createTestDatabase } from '../postgres/testDatabase.ts'

/** The day it is in these tests: the account's dates hang on it, and so do verdicts on how old a webinar is. */
export const today = new Date('2026-10-15T00:00:00Z')

export function tinyAccount(seed = 1): Account {
  return createAccount({ seed, scale: 'tiny', now: today })
}

/** A data folder, the simulator's answer to it, and the warehouse it ends in. */
export interface Undertaking {
  dataDir: string
  summaries: ExtractSummary[]
  databaseUrl: string
}

/**
 * The warehouse that an undisturbed sync of an account ends in, which is made once in a test run; to look at.
 * @param seed of `tinyAccount`
 */
export async function calmWarehouse(seed = 1): Promise<{ databaseUrl: string; hash: string }> {
  const { url } = await createFilledDatabase(`calm_${seed}`, async (databaseUrl) => {
    const calm = await undertake(tinyAccount(seed), {}, {}, databaseUrl)
    try {
      const [summary] = await calm.extract()
      expect(summary).toMatchObject({ stopped: null })
      expect(summary?.statuses.failed).toBeUndefined()
      await calm.publish()
    } finally {
      await calm.end()
    }
  })
  return { databaseUrl: url, hash: await contentHash(url) }
}

/**
 * One sync after another of one account into one folder and one database.
 * @param given the database, a fresh one by default
 */
export async function undertake(
  account: Account,
  server: Partial<ServerOptions>,
  options: Partial<ExtractOptions> = {},
  given?: string,
) {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'rollcall-chaos-'))
  const simulator = await startSimulator({
    account,
    rateLimits: false,
    plan: 'business',
    pageSizeMax: 20,
    ...server,
  })
  const databaseUrl = given ?? (await createTestDatabase()).url
  const started = Date.now()
  let waited_ms = 0
  const clock = () => today.getTime() + Date.now() - started + waited_ms

  return {
    dataDir,
    simulator,
    databaseUrl,
    /** Later in the day, or on another one. */
    pass(ms: number) {
      waited_ms += ms
    },
    /** Until the run is done: after the day's quota was spent it goes on the next time. */
    async extract(more: Partial<ExtractOptions> = {}): Promise<ExtractSummary[]> {
      const summaries: ExtractSummary[] = []
      do {
        summaries.push(
          await extract(
            {
              dataDir,
              accountId: simulator.accountId,
              clientId: simulator.clientId,
              clientSecret: simulator.clientSecret,
              apiUrl: simulator.apiUrl,
              oauthUrl: simulator.oauthUrl,
              plan: 'unlimited',
              mode: 'full',
              ...options,
              ...more,
            },
            // Waits pass at once: what is waited for is the client's matter, and tested there.
            { clock, sleep: async () => undefined },
          ),
        )
      } while (summaries.at(-1)?.stopped?.resumeAt && summaries.length < 10)
      return summaries
    },
    /** @returns the content hash of the warehouse */
    async publish(run = 'chaos'): Promise<string> {
      await transform({ dataDir, threads: 1 })
      await load({
        catalogPath: path.join(dataDir, 'rollcall.duckdb'),
        databaseUrl,
        run: {
          id: run,
          kind: 'sync',
          account_id: account.id,
          started_at: today,
          software_version: 'test',
        },
        tempDir: path.join(dataDir, 'load'),
      })
      return contentHash(databaseUrl)
    },
    async end() {
      await simulator.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

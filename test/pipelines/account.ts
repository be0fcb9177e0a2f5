import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type ExtractEffects, type ExtractOptions, extract } from '../../extract/extract.ts'
import { type LoadSummary, load } from '../../load/load.ts'
import { type AccountOptions, createAccount } from '../../simulator/account.ts'
import { type ServerOptions, type Simulator, startSimulator } from '../../simulator/server.ts'
import { truthOf } from '../../simulator/truth.ts'
import { transform } from '../../transform/transform.ts'

/** A simulated account, served, with a data folder of its own. */
export interface TestAccount {
  dataDir: string
  simulator: Simulator
  truth: ReturnType<typeof truthOf>
  /** Noon of the day the account is dated, for stages that take a clock. */
  nowMs: number
  extract(options?: Partial<ExtractOptions>, effects?: ExtractEffects): ReturnType<typeof extract>
  transform(): ReturnType<typeof transform>
  load(databaseUrl: string, runId: string): Promise<LoadSummary>
  close(): Promise<void>
}

const NOW = new Date('2026-06-15T00:00:00Z')

/** Today, for the account of a command that runs as a process of its own: it takes the time from the machine. */
export function midnight(): Date {
  const date = new Date()
  date.setUTCHours(0, 0, 0, 0)
  return date
}

/**
 * Serves an account and offers the stages of the pipeline on it; everything is removed by `close`. Where only the result
 * is looked at, see `syncedAccount`.
 * @param given the data folder, a new one by default
 */
export async function openTestAccount(
  options: AccountOptions = {},
  serving: Partial<ServerOptions> = {},
  given?: string,
): Promise<TestAccount> {
  const account = createAccount({ scale: 'tiny', now: NOW, ...options })
  const simulator = await startSimulator({ account, rateLimits: false, plan: 'business', ...serving })
  const dataDir = given ?? (await mkdtemp(path.join(tmpdir(), 'rollcall-account-')))
  const nowMs = (options.now ?? NOW).getTime() + 12 * 3_600_000
  return {
    dataDir,
    simulator,
    truth: truthOf(account),
    nowMs,
    extract: (more = {}, effects = {}) =>
      extract(
        {
          dataDir,
          accountId: simulator.accountId,
          clientId: simulator.clientId,
          clientSecret: simulator.clientSecret,
          apiUrl: simulator.apiUrl,
          oauthUrl: simulator.oauthUrl,
          plan: 'unlimited',
          mode: 'full',
          ...more,
        },
        { clock: () => nowMs, ...effects },
      ),
    // Test files run side by side, one a core: more threads would only take turns.
    transform: () => transform({ dataDir, threads: 1 }),
    load: (databaseUrl, runId) =>
      load({
        catalogPath: path.join(dataDir, 'rollcall.duckdb'),
        databaseUrl,
        run: {
          id: runId,
          kind: 'sync',
          account_id: simulator.accountId,
          started_at: new Date(nowMs),
          software_version: 'test',
        },
        tempDir: path.join(dataDir, 'load'),
      }),
    async close() {
      await simulator.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { extract } from '../../extract/extract.ts'
import { type AccountOptions, createAccount } from '../../simulator/account.ts'
import { startSimulator } from '../../simulator/server.ts'
import { writeTruth } from '../../simulator/truth.ts'
import { type TransformResult, transform } from '../../transform/transform.ts'

/** A simulated account read through its API and modeled, with who really was who beside it. */
export interface ModeledAccount {
  catalogPath: string
  /** One line a participant, as `writeTruth` gives it. */
  truthPath: string
  transformed: TransformResult
  /** Removes the folder. */
  close(): Promise<void>
}

const NOW = new Date('2026-06-15T00:00:00Z')

/** Takes an account from simulator to catalog in a temporary folder, by the default threshold unless told. Same options, same catalog rows. */
export async function modelAccount(
  options: AccountOptions,
  identityThreshold?: number,
): Promise<ModeledAccount> {
  const account = createAccount({ now: NOW, ...options })
  const dataDir = await mkdtemp(path.join(tmpdir(), 'rollcall-identity-'))
  const close = () => rm(dataDir, { recursive: true, force: true })
  const simulator = await startSimulator({ account, rateLimits: false, plan: 'business' })
  try {
    await writeTruth(account, path.join(dataDir, 'truth'))
    const { accountId, clientId, clientSecret, apiUrl, oauthUrl } = simulator
    await extract(
      { dataDir, accountId, clientId, clientSecret, apiUrl, oauthUrl, plan: 'unlimited', mode: 'full' },
      { clock: () => (account.now + 43_200) * 1000 },
    )
    const transformed = await transform({ dataDir, identityThreshold, isWithSteps: true })
    const truthPath = path.join(dataDir, 'truth', 'participants.ndjson')
    return { catalogPath: transformed.catalogPath, truthPath, transformed, close }
  } catch (error) {
    await close()
    throw error
  } finally {
    await simulator.close()
  }
}

import { rm } from 'node:fs/promises'
import path from 'node:path'
import { inject } from 'vitest'
import { createFilledDatabase } from '../postgres/testDatabase.ts'
import { openTestAccount } from './account.ts'

/*
 * Where a test gets an account from, the cheapest first that shows what it is about:
 *
 *   syncedAccount     one that was read, modeled and published already, to look at
 *   openTestAccount   one that is served, with a folder of its own and the stages to run on it (`account.ts`)
 *   rollcall          the commands, each a process of its own that takes seconds to get going (`cli.ts`)
 */

export interface SyncedAccount {
  /** The same for all tests that ask: it is looked at and never changed. */
  dataDir: string
  /** The test file's own. */
  databaseUrl: string
}

/** The tiny account of a seed after its first sync, which is made once in a test run. */
export async function syncedAccount(seed = 2): Promise<SyncedAccount> {
  const dataDir = path.join(inject('runFolder'), `account-${seed}`)
  const database = await createFilledDatabase(`account_${seed}`, async (url) => {
    await rm(dataDir, { recursive: true, force: true })
    const account = await openTestAccount({ seed }, {}, dataDir)
    try {
      const { runId } = await account.extract()
      await account.transform()
      await account.load(url, runId)
    } finally {
      await account.simulator.close()
    }
  })
  return { dataDir, databaseUrl: database.url }
}

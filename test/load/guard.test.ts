import { beforeAll, expect, it } from 'vitest'
import { contentHash } from '../../load/contentHash.ts'
import { createTestDatabase } from '../postgres/testDatabase.ts'
import { loadMarts, smallAccount } from './loading.ts'

/*
 * Goal: no load takes away what is there by mistake: an empty catalog, or the catalog of another data folder. Method:
 * real loads into a database that has a small account.
 */

const own = '20260505T010000000Z-acc'
let databaseUrl: string
let before: string
beforeAll(async () => {
  databaseUrl = (await createTestDatabase()).url
  await loadMarts(databaseUrl, smallAccount(), { guard: { runIds: [own] } })
  before = await contentHash(databaseUrl)
})

/** The small account less a webinar: what another folder, or an older one, may have. */
const other = { ...smallAccount(), zoom_participant_sessions: [] }

it('refuses to empty a warehouse, says where to look, and changes nothing', async () => {
  await expect(loadMarts(databaseUrl, {}, { guard: { runIds: [own] } })).rejects.toThrow(
    /would empty schema "public".*--data-dir.*--allow-empty/,
  )
  expect(await contentHash(databaseUrl)).toBe(before)
})

it('refuses a folder that does not know the last run, names the run, and changes nothing', async () => {
  for (const runIds of [[], ['20260601T010000000Z-acc']]) {
    await expect(loadMarts(databaseUrl, other, { guard: { runIds } })).rejects.toMatchObject({
      kind: 'terminal',
      message: expect.stringMatching(
        /another data folder.*20260505T010000000Z-acc.*DATABASE_URL.*--take-over/,
      ),
    })
  }
  expect(await contentHash(databaseUrl)).toBe(before)
})

it('lets the folder that published last publish again, and any into a warehouse without runs', async () => {
  const runIds = ['20260401T010000000Z-acc', own]
  await loadMarts(databaseUrl, smallAccount(), { guard: { runIds } })
  expect(await contentHash(databaseUrl)).toBe(before)
  await loadMarts((await createTestDatabase()).url, smallAccount(), { guard: { runIds: [] } })
  await loadMarts((await createTestDatabase()).url, {}, { guard: { runIds: [] } })
})

it('does both when it is told to', async () => {
  await loadMarts(databaseUrl, other, { guard: { runIds: [], isTakeOver: true } })
  const replaced = await contentHash(databaseUrl)
  expect(replaced).not.toBe(before)
  await loadMarts(databaseUrl, {}, { guard: { isEmptyAllowed: true } })
  expect(await contentHash(databaseUrl)).toBe(await contentHash((await emptyWarehouse()).url))
})

async function emptyWarehouse() {
  const database = await createTestDatabase()
  await loadMarts(database.url, {})
  return database
}

import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { importReports } from '../../extract/importReports.ts'
import { queryCatalog } from '../../pipelines/catalog.ts'
import { createAccount } from '../../simulator/account.ts'
import { attendeeReportCsv } from '../../simulator/portal.ts'
import { openTestAccount, type TestAccount } from './account.ts'

/*
 * Goal: history the API no longer gives comes in through the portal's reports, and an instance known from both stays
 * one. Method: reports of the same simulated account, one of an instance the API has, one of an instance it refuses.
 */
let account: TestAccount
beforeAll(async () => {
  account = await openTestAccount()
  await account.extract()
})
afterAll(() => account.close())

const instances = async () => {
  const { rows } = await queryCatalog(
    account.dataDir,
    `select zoom_uuid, capture_status, source_endpoint, captured_rows, actual_participant_count, discovered_by
     from marts.zoom_webinar_instances order by zoom_uuid`,
  )
  return new Map(rows.map((row) => [String(row.zoom_uuid), row]))
}

async function importInstance(uuid: string): Promise<void> {
  const simulated = createAccount({ scale: 'tiny', now: new Date('2026-06-15T00:00:00Z') })
  const file = path.join(account.dataDir, `${Buffer.from(uuid).toString('hex')}.csv`)
  await writeFile(file, attendeeReportCsv(simulated, uuid, { timezone: 'Europe/Berlin' }))
  await importReports({
    dataDir: account.dataDir,
    accountId: 'local',
    files: [file],
    timezone: 'Europe/Berlin',
  })
}

it('fills what the API keeps no longer, and leaves what the API has as it was', async () => {
  const all = account.truth.webinars.flatMap((webinar) => webinar.instances)
  const known = all.find((instance) => instance.is_available && instance.participants > 20)
  const expired = all.find((instance) => !instance.is_available && instance.participants > 0)
  if (known === undefined || expired === undefined) throw new Error('the account lacks such instances')
  await account.transform()
  const before = await instances()
  expect(before.get(expired.zoom_uuid)).toMatchObject({ capture_status: 'expired', captured_rows: 0 })

  await importInstance(known.zoom_uuid)
  await importInstance(expired.zoom_uuid)
  await account.transform()
  const after = await instances()
  expect([...after.keys()]).toEqual([...before.keys()])

  const unchanged = before.get(known.zoom_uuid)
  expect(after.get(known.zoom_uuid)).toMatchObject({
    source_endpoint: 'report',
    captured_rows: unchanged?.captured_rows,
    actual_participant_count: unchanged?.actual_participant_count,
  })
  expect(after.get(known.zoom_uuid)?.discovered_by).toMatch(/csv/)

  const filled = after.get(expired.zoom_uuid)
  expect(filled).toMatchObject({ capture_status: 'complete', source_endpoint: 'csv' })
  expect(Number(filled?.actual_participant_count)).toBeGreaterThan(expired.participants * 0.9)
}, 120_000)

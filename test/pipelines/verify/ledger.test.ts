import { beforeAll, describe, expect, it } from 'vitest'
import { queryCatalog } from '../../../pipelines/catalog.ts'
import { readVerifyReport } from '../../../pipelines/verify/report.ts'
import { createAccount } from '../../../simulator/account.ts'
import type { Instance } from '../../../simulator/model.ts'
import { query } from '../../postgres/testDatabase.ts'
import { type SyncedAccount, syncedAccount } from '../syncedAccount.ts'

/*
 * Goal: what Zoom promises of a whole account is what was captured, figure by figure, and the host's crashes in it
 * are recognised. Method: the real stages on the simulated account, whose figures are counted from what it means
 * and not from what it serves.
 */
const options = { seed: 2, scale: 'tiny', now: new Date('2026-06-15T00:00:00Z') } as const

let account: SyncedAccount
let databaseUrl: string
beforeAll(async () => {
  account = await syncedAccount(options.seed)
  databaseUrl = account.databaseUrl
})

describe('the promises of a whole account', () => {
  it('are all met, by rows and by people; what is unknown was never promised or is no longer kept', async () => {
    const verdicts = await query<{ figure: string; verdict: string; promises: number }>(
      databaseUrl,
      `select figure, verdict, count(*)::integer as promises
       from zoom_capture_promises
       where promised is not null or figure <> 'total_records'
       group by figure, verdict order by figure, verdict`,
    )
    expect(verdicts.filter((one) => one.verdict !== 'met')).toEqual([])
    expect(verdicts.map((one) => one.figure)).toEqual([
      'approved_registrants',
      'max_concurrent_views',
      'participants_count',
      'total_records',
      'unique_viewers',
    ])
    for (const { promises } of verdicts) expect(promises).toBeGreaterThan(5)
    expect((await readVerifyReport(account.dataDir)).figures).toEqual([])
  })

  it('are the same in the catalog and in the warehouse', async () => {
    const counted = `count(*) as n, sum(promised) as promised, sum(captured) as captured from`
    const { rows } = await queryCatalog(account.dataDir, `select ${counted} marts.zoom_capture_promises`)
    const [found] = await query(databaseUrl, `select ${counted} zoom_capture_promises`)
    expect(found).toMatchObject({ ...rows[0] })
    expect(Number(found?.n)).toBeGreaterThan(100)
  })
})

describe('restarts', () => {
  it('are those of the account: the host crashed and started again', async () => {
    const { webinars } = createAccount(options)
    const meant = webinars.flatMap(({ instances }) =>
      instances.flatMap((instance, index) => {
        const previous: Instance | undefined = instances[index - 1]
        // What the generator means by a restart: minutes after the end, within the occurrence.
        const isRestart = previous !== undefined && instance.start - previous.end < 600
        return isRestart ? [{ zoom_uuid: instance.uuid, first: previous.uuid, restart_number: 1 }] : []
      }),
    )
    expect(meant.length).toBeGreaterThan(0)
    const found = await query(
      databaseUrl,
      `select restarts.zoom_uuid, firsts.zoom_uuid as first, restarts.restart_number
       from zoom_webinar_instances as restarts
       join zoom_webinar_instances as firsts on firsts.id = restarts.restart_of_instance_id
       order by restarts.zoom_uuid`,
    )
    expect(found).toEqual(meant.sort((a, b) => (a.zoom_uuid < b.zoom_uuid ? -1 : 1)))
    const [numbered] = await query(
      databaseUrl,
      'select count(*)::integer as n from zoom_webinar_instances where restart_number > 0',
    )
    expect(numbered).toEqual({ n: meant.length })
  })
})

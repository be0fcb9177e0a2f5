import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queryRaw } from '../../extract/raw/query.ts'
import { contentHash } from '../../load/contentHash.ts'
import { isFull } from '../chaos/scope.ts'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'
import { compareWithTruth } from '../truth/compare.ts'
import { openTestAccount, type TestAccount } from './account.ts'

/*
 * Goal: what the simulated account knows about itself is what the warehouse says, figure by figure, and doing it
 * again changes nothing. Method: the real stages on the real account over HTTP into a real Postgres. The account of
 * seed 1 is compared with its truth in `chaos/damage` with every `npm test`.
 */
describe.each(isFull ? [1, 2] : [2])('the whole pipeline on the account of seed %i', (seed) => {
  let account: TestAccount
  let databaseUrl: string
  beforeAll(async () => {
    account = await openTestAccount({ seed })
    databaseUrl = (await createTestDatabase()).url
    const extracted = await account.extract()
    await account.transform()
    await account.load(databaseUrl, extracted.runId)
  }, 120_000)
  afterAll(() => account.close())

  it('agrees with the truth in every figure of every instance and webinar', async () => {
    expect(await compareWithTruth(databaseUrl, account.truth)).toEqual([])
  })

  it('asks for every page of a listing exactly once', async () => {
    const asked = account.simulator
      .requests()
      .filter((request) => !request.path.includes('/oauth/'))
      .map((request) => `${request.path}?${JSON.stringify(request.query)}`)
    expect(asked.length - new Set(asked).size).toBe(0)
  })

  it('keeps no join link and no secret in the raw zone', async () => {
    const { clientSecret } = account.simulator
    for (const stream of ['registrants', 'panelists', 'webinars', 'participants']) {
      const found = await queryRaw(
        account.dataDir,
        `select count(*) as rows, count(*) filter (
             contains(raw, $secret) or contains(raw, 'tk=') or contains(raw, 'join_url')
         ) as leaks
         from raw.${stream}`,
        { secret: clientSecret },
      )
      expect(found[0]).toMatchObject({ leaks: 0 })
      expect(Number(found[0]?.rows)).toBeGreaterThan(0)
    }
  })

  it('changes nothing when it is run again, and asks for nothing that is settled', async () => {
    const before = await contentHash(databaseUrl)
    const requestsBefore = account.simulator.requests().length
    const again = await account.extract({ mode: 'incremental' })
    expect(again).toMatchObject({ isResumed: false, capturedInstances: 0, stopped: null })
    const asked = account.simulator.requests().slice(requestsBefore)
    const ofInstances = /\/(report\/webinars|past_webinars\/.*\/(participants|absentees|polls|qa))/
    expect(asked.filter((request) => ofInstances.test(request.path))).toEqual([])

    await account.transform()
    const loaded = await account.load(databaseUrl, again.runId)
    expect(await contentHash(databaseUrl)).toBe(before)
    expect(await query(databaseUrl, 'select id from rollcall_runs order by id')).toHaveLength(2)
    for (const table of ['zoom_participants', 'zoom_participant_sessions', 'zoom_webinar_instances']) {
      expect(loaded.tables[table]).toMatchObject({ unitsChanged: 0, rowsWritten: 0, rowsDeleted: 0 })
    }
  })

  it('answers the three promised queries', async () => {
    const attendance = await query(
      databaseUrl,
      'SELECT * FROM webinar_attendance_analytics ORDER BY actual_participant_count DESC',
    )
    expect(attendance.length).toBeGreaterThan(4)
    const rejoined = await query(
      databaseUrl,
      `SELECT p.participant_name, p.session_count, p.total_duration / 60 as total_minutes, w.topic
       FROM zoom_participants p JOIN zoom_webinars w ON p.webinar_id = w.id
       WHERE p.session_count > 1 ORDER BY p.session_count DESC LIMIT 20`,
    )
    expect(rejoined).toHaveLength(20)
    const sessions = await query(
      databaseUrl,
      `SELECT ps.*, p.participant_name FROM zoom_participant_sessions ps
       JOIN zoom_participants p ON ps.participant_id = p.id
       WHERE p.session_count > 2 ORDER BY ps.join_time`,
    )
    expect(sessions.length).toBeGreaterThan(2)
  })
})

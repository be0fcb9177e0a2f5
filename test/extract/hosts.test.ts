import { afterEach, expect, it } from 'vitest'
import { queryRaw } from '../../extract/raw/query.ts'
import { dataStreams } from '../../extract/streams.ts'
import { endpointsOf } from '../../extract/zoom/endpoints/catalogue.ts'
import type { Intercept } from '../../simulator/server.ts'
import { openTestAccount, type TestAccount } from '../pipelines/account.ts'

/*
 * Goal: thousands of users do not cost thousands of heavy requests a month, and no instance is lost for it. Method: the
 * simulated account with a hundred more users, none of whom has the webinar plan.
 */

const CROWD = 100
const isOfCrowd = (path: string) => path.includes('/crowd-')

/** Users beside the simulator's own, with the answers it gives to users without the plan. */
const crowded: Intercept = async ({ path }, genuine) => {
  if (path === '/v2/users') {
    const answer = await genuine()
    const body = answer.body as { users: unknown[]; total_records: number }
    const crowd = Array.from({ length: CROWD }, (_, n) => ({
      id: `crowd-${n}`,
      email: `crowd-${n}@members.example`,
      type: 1,
      status: 'active',
    }))
    return { ...answer, body: { ...body, users: [...body.users, ...crowd], total_records: undefined } }
  }
  if (!isOfCrowd(path)) return null
  if (path.endsWith('/webinars')) {
    return {
      status: 400,
      body: {
        code: 200,
        message:
          'Webinar plan is missing. You must subscribe to the webinar plan and enable webinars for this user in order to perform this action.',
      },
    }
  }
  return { status: 200, body: { next_page_token: '', page_size: 300, total_records: 0, meetings: [] } }
}

const accounts: TestAccount[] = []
afterEach(() => Promise.all(accounts.splice(0).map((account) => account.close())))

async function discovered(scopes?: string[]) {
  const account = await openTestAccount({}, { intercept: crowded, ...(scopes ? { scopes } : {}) })
  accounts.push(account)
  const summary = await account.extract({
    webinarIds: [account.truth.webinars[0]?.zoom_webinar_id as number],
  })
  const reports = account.simulator.requests().filter(({ path }) => /^\/v2\/report\/users\//.test(path))
  const uuids = await queryRaw<{ uuid: string }>(
    account.dataDir,
    'select distinct zoom_uuid as uuid from raw.instances order by 1',
  )
  return { account, summary, reports, uuids: uuids.map(({ uuid }) => uuid) }
}

it('asks only hosts for the reports of months that the history report has whole, and says so', {
  timeout: 120_000,
}, async () => {
  const { account, summary, reports, uuids } = await discovered()
  const months = account.simulator
    .requests()
    .filter(({ path }) => path === '/v2/report/history_meetings').length
  // Three hosts, and the one who lost the webinar plan but is named in the history.
  expect(reports).toHaveLength(4 * months)
  expect(reports.filter(({ path }) => isOfCrowd(path))).toEqual([])
  const notes = await queryRaw<{ subject: string; status: string; reason: string }>(
    account.dataDir,
    `select subject, status, reason from raw.captures where subject like 'users:%' order by subject`,
  )
  expect(notes).toHaveLength(months)
  for (const { status, reason } of notes) {
    expect(status).toBe('empty')
    expect(reason).toBe(
      `not asked of ${CROWD + 15} users who host no webinars: the account's history report has these days whole`,
    )
  }
  expect(summary.routes.find(({ source }) => source === 'user_reports')?.outcomes).toHaveLength(5 * months)

  // The same instances are found by asking everybody, which is what is done without the history report.
  const scopes = dataStreams
    .flatMap(endpointsOf)
    .map((endpoint) => endpoint.scopes[0] as string)
    .filter((scope) => scope !== 'report:read:list_history_meetings:admin')
  const everybody = await discovered(scopes)
  expect(everybody.reports).toHaveLength((CROWD + 19) * months)
  expect(everybody.uuids).toEqual(uuids)
})

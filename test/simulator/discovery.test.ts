import { expect, test } from 'vitest'
import { figuresOf } from '../../simulator/figures.ts'
import { connect, twice } from './client.ts'

interface History {
  meeting_uuid: string
  type: string
  unique_viewers: number
  participants: number
  start_time: string
  max_concurrent_views: number
}

/** Calendar months that cover the last six, as windows of a call. */
const windows = ['2025-11', '2025-12', '2026-01', '2026-02', '2026-03', '2026-04'].map((month) => {
  const from = `${month}-01`
  const last = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate()
  return `from=${from}&to=${month}-${last}`
})

test('the history of six months lists every instance in it, listed or not, and says who viewed', async () => {
  const { account, all } = await connect()
  const lists = await Promise.all(
    windows.map((window) =>
      all<History>(
        `/report/history_meetings?${window}&meeting_type=webinar&page_size=300`,
        'history_meetings',
      ),
    ),
  )
  const history = lists.flat()
  const expected = account.instances.filter((instance) => instance.isInHistory)
  expect(history.map((item) => item.meeting_uuid).sort()).toEqual(
    expected.map((instance) => instance.uuid).sort(),
  )
  expect(expected.some((instance) => !instance.webinar.isListed)).toBe(true)
  for (const item of history) {
    const instance = expected.find(({ uuid }) => uuid === item.meeting_uuid) as (typeof expected)[number]
    const figures = figuresOf(instance)
    expect(item.unique_viewers).toBe(figures.attendees - figures.phoneAttendees)
    expect(item.participants).toBe(figures.participants)
    expect(item.max_concurrent_views).toBeLessThanOrEqual(figures.attendeePeak.count)
  }
})

test('the history has meetings too, unless webinars are asked for', async () => {
  const { all } = await connect()
  const list = await all<History>(`/report/history_meetings?${windows[5]}`, 'history_meetings')
  expect(new Set(list.map(({ type }) => type))).toEqual(new Set(['Webinar', 'Meeting']))
})

test('the history refuses more than a month and more than six months ago', async () => {
  const { get } = await connect()
  const ask = async (from: string, to: string) =>
    (await get(`/report/history_meetings?from=${from}&to=${to}`)).body.code
  expect(await ask('2026-03-01', '2026-04-02')).toBe(300)
  expect(await ask('2026-03-01', '2026-04-01')).toBeUndefined()
  expect(await ask('2025-10-31', '2025-11-10')).toBe(300)
  expect(await ask('2025-11-01', '2025-11-10')).toBeUndefined()
  expect(await ask('2026-02-30x', '2026-03-01')).toBe(300)
})

test('reports of users mix meetings in and leave out who was alone', async () => {
  const { account, all, get } = await connect()
  const found = new Map<string, { type: number; participants_count: number; schedule_time: string }>()
  for (const user of account.users)
    for (const window of windows)
      for (const item of await all<{
        uuid: string
        type: number
        participants_count: number
        schedule_time: string
      }>(`/report/users/${user.id}/meetings?${window}`, 'meetings'))
        found.set(item.uuid, item)
  const wanted = account.instances.filter((i) => i.isInHistory && figuresOf(i).participants >= 2)
  for (const { uuid } of wanted) expect(found.has(uuid)).toBe(true)
  const lonely = account.instances.find((i) => figuresOf(i).participants === 1)
  expect(found.has(lonely?.uuid as string)).toBe(false)
  expect([...found.values()].some(({ type }) => type === 2)).toBe(true)
  expect([...found.values()].every((item) => item.participants_count >= 2)).toBe(true)
  expect([...found.values()][0]?.schedule_time).toMatch(/^\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}$/)
  const window = `from=2026-02-15&to=2026-03-10`
  const one = await get(`/report/users/${lonely?.webinar.host.email}/meetings?${window}&type=pastOne`)
  expect(one.body.meetings.map(({ uuid }: { uuid: string }) => uuid)).toContain(lonely?.uuid)
  expect(await get(`/report/users/nobody/meetings?${window}`)).toMatchObject({
    status: 404,
    body: { code: 1001 },
  })
})

test('a report over more than a month is cut to its last month and says so', async () => {
  const { account, get } = await connect()
  const { body } = await get(`/report/users/${account.users[0]?.id}/meetings?from=2025-12-01&to=2026-04-30`)
  expect([body.from, body.to]).toEqual(['2026-03-30', '2026-04-30'])
})

test('users come in pages of up to 2000, and only hosts have a webinar plan', async () => {
  const { account, all, get } = await connect()
  expect((await get('/users?page_size=5000')).body.page_size).toBe(2000)
  expect((await all('/users?page_size=4', 'users')).length).toBe(account.users.length)
  const listed: number[] = []
  let refused = 0
  for (const { id } of account.users) {
    const { status, body } = await get(`/users/${id}/webinars?page_size=300`)
    if (status === 200) listed.push(...body.webinars.map((webinar: { id: number }) => webinar.id))
    else {
      expect(body).toMatchObject({ code: 200, message: expect.stringContaining('Webinar plan is missing') })
      refused++
    }
  }
  expect(refused).toBeGreaterThan(2)
  expect(listed.sort()).toEqual(
    account.webinars
      .filter((w) => w.isListed)
      .map((w) => w.id)
      .sort(),
  )
})

test('past instances are listed by numeric id, old ones and restarts among them', async () => {
  const { account, get } = await connect()
  for (const webinar of account.webinars) {
    const { status, body } = await get(`/past_webinars/${webinar.id}/instances`)
    if (!webinar.isListed) expect([status, body.code]).toEqual([404, 3001])
    else
      expect(body.webinars.map(({ uuid }: { uuid: string }) => uuid)).toEqual(
        webinar.instances.map(({ uuid }) => uuid),
      )
  }
  const restarts = account.instances.filter((a) =>
    account.instances.some((b) => b.webinar === a.webinar && a.start > b.end && a.start - b.end < 600),
  )
  expect(restarts.length).toBe(1)
})

test('an unlisted webinar is gone by its numeric id while its report remains', async () => {
  const { account, get } = await connect()
  const webinar = account.webinars.find((w) => !w.isListed)
  for (const path of [
    '',
    '/registrants',
    '/panelists',
    '/tracking_sources',
    '/survey',
    '/registrants/questions',
  ])
    expect(await get(`/webinars/${webinar?.id}${path}`)).toMatchObject({ status: 404, body: { code: 3001 } })
  const uuid = twice(webinar?.instances[0]?.uuid as string)
  expect(await get(`/past_webinars/${uuid}/absentees`)).toMatchObject({ status: 404, body: { code: 3001 } })
  const report = await get(`/report/webinars/${uuid}/participants?include_fields=registrant_id`)
  expect(report.body.participants.some((row: { registrant_id: string }) => row.registrant_id !== '')).toBe(
    true,
  )
})

test('details give minutes rounded up and the start of the very instance', async () => {
  const { account, get } = await connect()
  for (const instance of account.instances.filter((i) => i.isAvailable)) {
    const { body } = await get(`/report/webinars/${twice(instance.uuid)}`)
    expect(body).toMatchObject({
      uuid: instance.uuid,
      id: instance.webinar.id,
      participants_count: figuresOf(instance).participants,
      duration: Math.ceil((instance.end - instance.start) / 60),
    })
  }
})

import { expect, test } from 'vitest'
import { connect, twice } from './client.ts'
import type { ServedRow } from './reading.ts'

interface Listed {
  id: string
  email: string
  status: string
  join_url: string
  create_time: string
  custom_questions: { title: string; value: string }[]
}

test('the list gives approved registrants unless another status is asked for', async () => {
  const { account, all, get } = await connect()
  const webinar = account.webinars[1]
  const path = `/webinars/${webinar?.id}/registrants?page_size=300`
  const ids = (list: Listed[]) => list.map(({ id }) => id).sort()
  const meant = (status: string) =>
    webinar?.registrants
      .filter((r) => r.status === status)
      .map((r) => r.id)
      .sort()
  for (const status of ['approved', 'pending', 'denied']) {
    const list = await all<Listed>(`${path}&status=${status}`, 'registrants')
    expect(ids(list)).toEqual(meant(status))
    expect(list.every((registrant) => registrant.status === status)).toBe(true)
  }
  expect(ids(await all<Listed>(path, 'registrants'))).toEqual(meant('approved'))
  expect((await get(`${path}&status=maybe`)).body.code).toBe(300)
})

test('registrants carry a personal join link and their answers, in no order of time', async () => {
  const { account, all } = await connect()
  const list = await all<Listed>(
    `/webinars/${account.webinars[1]?.id}/registrants?page_size=300`,
    'registrants',
  )
  expect(list.every(({ join_url }) => join_url.startsWith('https://'))).toBe(true)
  expect(new Set(list.map(({ join_url }) => join_url)).size).toBe(list.length)
  expect(list[0]?.custom_questions.length).toBe(2)
  const times = list.map(({ create_time }) => create_time)
  expect(times).not.toEqual([...times].sort())
})

test('a list has 30 registrants a page unless told otherwise', async () => {
  const { account, get } = await connect()
  const { body } = await get(`/webinars/${account.webinars[1]?.id}/registrants`)
  expect(body.registrants.length).toBe(30)
  expect(body.total_records).toBeGreaterThan(100)
  const second = await get(
    `/webinars/${account.webinars[1]?.id}/registrants?next_page_token=${body.next_page_token}`,
  )
  expect(body.page_number).toBe(1)
  expect(second.body).not.toHaveProperty('page_number')
})

test('tracking sources part the registrants that have one', async () => {
  const { account, all, get } = await connect()
  const id = account.webinars[1]?.id
  const { body } = await get(`/webinars/${id}/tracking_sources`)
  let tracked = 0
  for (const source of body.tracking_sources) {
    const lists = await Promise.all(
      ['approved', 'pending', 'denied'].map((status) =>
        all<Listed>(
          `/webinars/${id}/registrants?status=${status}&tracking_source_id=${source.id}`,
          'registrants',
        ),
      ),
    )
    expect(lists.flat().length).toBe(source.registration_count)
    tracked += lists.flat().length
  }
  expect(tracked).toBe(account.webinars[1]?.registrants.filter((r) => r.trackingSourceId !== null).length)
})

test('where each session has its own registration, each occurrence has its own list', async () => {
  const { account, all, get } = await connect()
  const webinar = account.webinars.find((w) => w.registrationType === 2)
  const hidden = (await get(`/webinars/${webinar?.id}`)).body
  const shown = (await get(`/webinars/${webinar?.id}?show_previous_occurrences=true`)).body
  expect(hidden.settings.registration_type).toBe(2)
  expect([hidden.occurrences.length, shown.occurrences.length]).toEqual([0, 2])
  const lists: Listed[][] = []
  for (const { occurrence_id } of shown.occurrences)
    lists.push(
      await all<Listed>(`/webinars/${webinar?.id}/registrants?occurrence_id=${occurrence_id}`, 'registrants'),
    )
  expect(lists.flat().length).toBe(webinar?.registrants.filter((r) => r.status === 'approved').length)
  const bare = await all<Listed>(`/webinars/${webinar?.id}/registrants`, 'registrants')
  expect(bare).toEqual(lists[1])
  const wrong = await get(`/webinars/${webinar?.id}/registrants?occurrence_id=1`)
  expect(wrong.body.message).toContain('invalid occurrence ID: 1')
})

test.each([1, 2, 3])(
  'who came by registration and who is absent are all who were approved (seed %i)',
  async (seed) => {
    const { account, all } = await connect({ seed })
    let checked = 0
    for (const instance of account.instances) {
      const { webinar } = instance
      if (!instance.isAvailable || !webinar.isListed || !webinar.hasRegistration) continue
      const uuid = twice(instance.uuid)
      const absent = await all<Listed>(`/past_webinars/${uuid}/absentees?page_size=300`, 'registrants')
      const rows = await all<ServedRow>(
        `/report/webinars/${uuid}/participants?page_size=300&include_fields=registrant_id`,
        'participants',
      )
      const came = new Set(
        rows
          .filter((row) => row.status === 'in_meeting' && row.registrant_id !== '')
          .map((row) => row.registrant_id),
      )
      const approved = webinar.registrants.filter(
        (r) =>
          r.status === 'approved' && (r.occurrenceId === null || r.occurrenceId === instance.occurrenceId),
      )
      expect([...came, ...absent.map(({ id }) => id)].sort()).toEqual(approved.map(({ id }) => id).sort())
      checked++
    }
    expect(checked).toBeGreaterThan(7)
  },
)

test('a webinar without registration says so with code 3000 and lists nobody', async () => {
  const { account, get } = await connect()
  const webinar = account.webinars.find((w) => !w.hasRegistration)
  expect((await get(`/webinars/${webinar?.id}`)).body.settings.approval_type).toBe(2)
  expect((await get(`/webinars/${webinar?.id}/registrants`)).body).toMatchObject({
    total_records: 0,
    registrants: [],
  })
  const refusal = { status: 400, body: { code: 3000 } }
  expect(await get(`/past_webinars/${twice(webinar?.instances[0]?.uuid as string)}/absentees`)).toMatchObject(
    refusal,
  )
  expect(await get(`/webinars/${webinar?.id}/registrants/questions`)).toMatchObject(refusal)
})

test('one registrant can be read, and the questions of the form', async () => {
  const { account, get } = await connect()
  const webinar = account.webinars[0]
  const registrant = webinar?.registrants[0]
  expect((await get(`/webinars/${webinar?.id}/registrants/${registrant?.id}`)).body.id).toBe(registrant?.id)
  expect(await get(`/webinars/${webinar?.id}/registrants/nobody`)).toMatchObject({
    status: 400,
    body: { code: 3079 },
  })
  const questions = (await get(`/webinars/${webinar?.id}/registrants/questions`)).body
  expect(questions.custom_questions.length).toBe(2)
  expect(questions.questions[0]).toEqual({ field_name: 'last_name', required: true })
})

test('a future webinar has registrants and no instance', async () => {
  const { account, get } = await connect()
  const webinar = account.webinars.find((w) => w.instances.length === 0)
  const { body } = await get(`/webinars/${webinar?.id}`)
  expect(Date.parse(body.start_time)).toBeGreaterThan(account.now * 1000)
  expect((await get(`/past_webinars/${webinar?.id}/instances`)).body).toEqual({ webinars: [] })
  expect((await get(`/webinars/${webinar?.id}/registrants`)).body.total_records).toBeGreaterThan(0)
})

test('panelists come in one answer, without pages', async () => {
  const { account, get } = await connect()
  const { body } = await get(`/webinars/${account.webinars[0]?.id}/panelists?page_size=1`)
  expect(body.panelists.length).toBe(3)
  expect(body.total_records).toBe(3)
  expect(body).not.toHaveProperty('next_page_token')
})

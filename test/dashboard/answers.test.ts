import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../dashboard/app.ts'
import { openReader, type Reader } from '../../dashboard/warehouse.ts'
import { type Marts, person, uuid } from '../load/catalog.ts'
import { loadMarts, smallAccount } from '../load/loading.ts'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'

let url: string
let reader: Reader
let app: Hono
const failures: string[] = []

beforeAll(async () => {
  url = (await createTestDatabase()).url
  await loadMarts(url, account())
  reader = await openReader(url)
  const page = new Map([['/index.html', { type: 'text/html', body: new TextEncoder().encode('<html>') }]])
  app = createApp(reader, page, { onFailure: (path) => failures.push(path) })
})
afterAll(() => reader.close())

function account(): Marts {
  const marts = smallAccount()
  marts.zoom_people?.push(person('percent', { display_name: '100%_sure', instances_attended: 0 }))
  return marts
}

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  app.request(path, { method, headers: { Host: '127.0.0.1:4000', ...headers } })
// biome-ignore lint/suspicious/noExplicitAny: answers are compared as they arrive
const answer = async (path: string): Promise<any> => {
  const response = await ask(path)
  expect(response.status).toBe(200)
  return await response.json()
}

describe('who may ask', () => {
  it('refuses a request for another host, as after DNS rebinding', async () => {
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80', '']) {
      expect((await ask('/api/account', { Host: host })).status).toBe(403)
    }
    for (const host of ['127.0.0.1:1', 'localhost:80', '[::1]:5', 'LOCALHOST']) {
      expect((await ask('/api/account', { Host: host })).status).toBe(200)
    }
  })

  it('refuses what another site’s page asks for, but not a link to it', async () => {
    expect(
      (await ask('/api/account', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' })).status,
    ).toBe(403)
    expect((await ask('/', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' })).status).toBe(
      200,
    )
  })

  it('can only be read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await ask('/api/account', {}, method)).status).toBe(405)
    }
  })

  it('lets scripts come from itself alone and answers be read by itself alone', async () => {
    for (const path of ['/', '/api/account', '/api/nothing', '/api/webinars/x']) {
      const { headers } = await ask(path)
      expect(headers.get('content-security-policy')).toContain("script-src 'self';")
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('access-control-allow-origin')).toBeNull()
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    }
    expect((await ask('/api/account')).headers.get('cache-control')).toBe('no-store')
  })

  it('cannot write, whatever is asked', async () => {
    await expect(reader.read((snapshot) => snapshot.deleteFrom('zoom_people').execute())).rejects.toThrow(
      /read-only transaction/,
    )
  })
})

describe('what is asked wrongly', () => {
  it('is told to the reader, without a query', async () => {
    for (const path of [
      '/api/account?from=yesterday',
      '/api/account?webinar=1',
      '/api/webinars/1',
      '/api/people/1%27%20or%201=1',
      `/api/instances/${uuid('inst-1')}/participants?limit=100000`,
      `/api/instances/${uuid('inst-1')}/participants?order=random()`,
    ]) {
      const response = await ask(path)
      expect([path, response.status]).toEqual([path, 400])
      expect(await response.json()).toEqual({ error: expect.stringMatching(/cannot be read/) })
    }
    expect(failures).toEqual([])
  })

  it('is nothing where there is nothing of the id', async () => {
    for (const kind of ['webinars', 'instances', 'people']) {
      expect((await ask(`/api/${kind}/${uuid('nobody')}`)).status).toBe(404)
    }
    expect((await ask('/api/nothing')).status).toBe(404)
    expect((await ask('/../package.json')).status).toBe(404)
  })
})

describe('the account', () => {
  it('adds up to the warehouse’s own figures', async () => {
    const whole = await answer('/api/account')
    const [figures] = await query(
      url,
      `select count(*)::int as instances, sum(actual_participant_count)::int as participants,
         sum(total_duration)::int as "presenceSeconds", max(peak_concurrent) as peak
       from zoom_webinar_instances`,
    )
    expect(whole.totals).toMatchObject({ ...figures, webinars: 2, registrations: 3, registrationsCame: 1 })
    const sum = (key: string) =>
      whole.periods.reduce((all: number, one: Record<string, number>) => all + (one[key] ?? 0), 0)
    expect(sum('participants')).toBe(figures?.participants)
    expect(sum('instances')).toBe(figures?.instances)
  })

  it('counts persons once, and those who returned', async () => {
    const people = await answer('/api/account/people')
    const [counted] = await query(
      url,
      `select count(*)::int as people, count(*) filter (where times > 1)::int as "returningPeople"
       from (select person_id, count(*) as times from zoom_participants group by 1) as each`,
    )
    expect(people).toMatchObject({ ...counted })
    expect(counted).toEqual({ people: 3, returningPeople: 1 })
    const fresh = people.periods.reduce((all: number, one: { newPeople: number }) => all + one.newPeople, 0)
    expect(fresh).toBe(3)
  })

  it('counts persons anew once something was published, not before', async () => {
    const before = await answer('/api/account/people')
    const marts = smallAccount()
    marts.zoom_participants?.pop()
    marts.zoom_participant_sessions = (marts.zoom_participant_sessions ?? []).slice(0, 4)
    await loadMarts(url, marts, {
      run: {
        id: '20260506T010000000Z-acc',
        kind: 'sync',
        account_id: 'acc',
        started_at: new Date('2026-05-06T01:00:00Z'),
        software_version: '0.0.0-test',
      },
    })
    expect((await answer('/api/account/people')).people).toBe(before.people - 1)
    await loadMarts(url, account())
    expect(await answer('/api/account/people')).toEqual(before)
  })

  it('is narrowed by webinar, host and days, and takes nobody for new who came before', async () => {
    const only = await answer(`/api/account?webinar=${uuid('web-b')}`)
    expect(only.totals).toMatchObject({ webinars: 1, instances: 1, participants: 1 })
    expect(only.webinars.map((line: { id: string }) => line.id)).toEqual([uuid('web-b')])
    expect((await answer('/api/account?host=nobody%40example.com')).totals).toMatchObject({ instances: 0 })
    const [second] = await query<{ day: string }>(
      url,
      `select to_char(start_time, 'YYYY-MM-DD') as day from zoom_webinar_instances where id = $1`,
      [uuid('inst-2')],
    )
    const day = second?.day ?? ''
    const [expected] = await query(
      url,
      `select count(*)::int as instances from zoom_webinar_instances where start_time::date = $1`,
      [day],
    )
    expect((await answer(`/api/account?from=${day}&to=${day}`)).totals).toMatchObject({ ...expected })
  })
})

describe('webinar, instance and person', () => {
  it('shows a webinar’s instances in order, with those new to it', async () => {
    const webinar = await answer(`/api/webinars/${uuid('web-a')}`)
    expect(
      webinar.instances.map((one: { id: string; newPeople: number }) => [one.id, one.newPeople]),
    ).toEqual([
      [uuid('inst-1'), 2],
      [uuid('inst-2'), 0],
    ])
  })

  it('lists participants by search, page by page, with their sessions', async () => {
    const path = `/api/instances/${uuid('inst-1')}/participants`
    const all = await answer(`${path}?order=longest`)
    expect(all.total).toBe(2)
    expect(all.participants.map((one: { presenceSeconds: number }) => one.presenceSeconds)).toEqual([
      1200, 600,
    ])
    const second = await answer(`${path}?order=longest&offset=1&limit=1`)
    expect(second).toMatchObject({ total: 2, participants: [{ presenceSeconds: 600 }] })
    expect((await answer(`${path}?search=ANN@`)).participants).toHaveLength(1)
    expect((await answer(`${path}?search=%25`)).total).toBe(0)
  })

  it('takes what is searched for as text, not as a pattern', async () => {
    expect((await answer('/api/people?search=100%25_s')).people).toMatchObject([{ name: '100%_sure' }])
    expect((await answer('/api/people?search=%25%25')).people).toEqual([])
  })

  it('tells everything a person attended, by a former id too', async () => {
    const ann = await answer(`/api/people/${uuid('ann')}`)
    expect(ann.attended.map((one: { instanceId: string }) => one.instanceId).sort()).toEqual(
      [uuid('inst-1'), uuid('inst-2')].sort(),
    )
    expect(await answer(`/api/people/${uuid('ann-as-guest')}`)).toEqual(ann)
  })

  it('calls those no-shows who registered and did not come to this instance', async () => {
    const absent = await answer(`/api/instances/${uuid('inst-1')}/no-shows`)
    const [expected] = await query<{ total: number }>(
      url,
      `select count(*)::int as total from zoom_registrants as r
       where webinar_id = $1 and status = 'approved' and id not in (
         select registrant_id from zoom_participants where instance_id = $2 and registrant_id is not null)`,
      [uuid('web-a'), uuid('inst-1')],
    )
    expect(absent.total).toBe(expected?.total)
    expect(absent.registrants.map((one: { id: string }) => one.id)).not.toContain(uuid('reg-ann'))
  })
})

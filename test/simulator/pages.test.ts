import { expect, test } from 'vitest'
import { type Client, connect, twice } from './client.ts'

/** The participants path of the instance with most rows. */
function largest({ account }: Client): { path: string; rows: number } {
  const instance = account.instances.reduce((a, b) => (b.rows.length > a.rows.length ? b : a))
  return { path: `/report/webinars/${twice(instance.uuid)}/participants`, rows: instance.rows.length }
}

test('a page has 30 rows by default, 300 at most, and says which', async () => {
  const client = await connect()
  const { path, rows } = largest(client)
  const first = (await client.get(path)).body
  expect([first.page_size, first.participants.length]).toEqual([30, 30])
  expect(first.total_records).toBe(rows)
  expect(first.page_count).toBe(Math.ceil(rows / 30))
  const most = (await client.get(`${path}?page_size=1000`)).body
  expect([most.page_size, most.participants.length]).toEqual([300, Math.min(300, rows)])
  expect((await client.get(`${path}?page_size=0`)).body.code).toBe(300)
})

test('all pages together hold every row once, in the same order at every page size', async () => {
  const client = await connect()
  const { path, rows } = largest(client)
  const small = await client.all(`${path}?page_size=7`, 'participants')
  expect(small.length).toBe(rows)
  expect(await client.all(`${path}?page_size=300`, 'participants')).toEqual(small)
  expect(client.simulator.stats().pagesServed).toBe(Math.ceil(rows / 7) + Math.ceil(rows / 300))
})

test('a page may hold fewer rows than asked for and not be the last', async () => {
  const client = await connect({}, { pageSizeMax: 50 })
  const { path, rows } = largest(client)
  const { body } = await client.get(`${path}?page_size=300`)
  expect([body.page_size, body.participants.length]).toEqual([50, 50])
  expect(body.next_page_token).not.toBe('')
  expect((await client.all(`${path}?page_size=300`, 'participants')).length).toBe(rows)
})

test('a page token is good for its own request only', async () => {
  const client = await connect()
  const { path } = largest(client)
  const token = (await client.get(`${path}?page_size=40`)).body.next_page_token
  const refusal = { status: 400, body: { code: 300, message: 'The next page token is invalid or expired.' } }
  expect((await client.get(`${path}?page_size=40&next_page_token=${token}`)).status).toBe(200)
  expect(await client.get(`${path}?page_size=41&next_page_token=${token}`)).toMatchObject(refusal)
  expect(
    await client.get(`${path}?page_size=40&include_fields=registrant_id&next_page_token=${token}`),
  ).toMatchObject(refusal)
  expect(
    await client.get(`${path.replace('/report/', '/past_')}?page_size=40&next_page_token=${token}`),
  ).toMatchObject({ status: 400 })
  expect(await client.get(`${path}?page_size=40&next_page_token=${token.slice(0, -1)}`)).toMatchObject(
    refusal,
  )
  expect(await client.get(`${path}?page_size=40&next_page_token=garbage`)).toMatchObject(refusal)
})

test('a page token expires after fifteen minutes', async () => {
  let time = now()
  const client = await connect({}, { clock: () => time })
  const { path } = largest(client)
  const token = (await client.get(path)).body.next_page_token
  time += 15 * 60_000
  expect((await client.get(`${path}?next_page_token=${token}`)).status).toBe(200)
  time += 1
  expect((await client.get(`${path}?next_page_token=${token}`)).body.code).toBe(300)
})

function now(): number {
  return Date.parse('2026-05-01T12:00:00Z')
}

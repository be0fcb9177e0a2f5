import { describe, expect, test } from 'vitest'
import type { ZoomClient } from '../../../extract/zoom/client.ts'
import { endpointFor, parsePage } from '../../../extract/zoom/endpoints/catalogue.ts'
import { ZoomError } from '../../../extract/zoom/errors.ts'
import { readPages } from '../../../extract/zoom/pages.ts'

const participants = endpointFor('participants', 'report')
const subject = { key: 'instance:abc==', instanceUuid: 'abc==' }

interface Asked {
  path: string
  query: Readonly<Record<string, string>>
  page: number | undefined
}

/** A Zoom that answers with these bodies, one after another. */
function zoomWith(bodies: unknown[]): { client: Pick<ZoomClient, 'get'>; asked: Asked[] } {
  const asked: Asked[] = []
  const client: Pick<ZoomClient, 'get'> = {
    async get(_label, path, query, page) {
      asked.push({ path, query, page })
      const body = bodies[asked.length - 1]
      if (body instanceof Error) throw body
      const text = JSON.stringify(body)
      return { status: 200, body, text, bytes: text.length, receivedAtMs: 1000 + asked.length }
    },
  }
  return { client, asked }
}

const person = (n: number) => ({ user_id: String(n), name: `Person ${n}`, join_time: '2026-03-04T10:00:00Z' })
const pageOf = (token: string, ...people: number[]) => ({
  next_page_token: token,
  page_size: 300,
  total_records: 4,
  participants: people.map(person),
})

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const page of pages) found.push(page)
  return found
}

describe('readPages', () => {
  test('reads from the first page to the one without a token, with the same query each time', async () => {
    const { client, asked } = zoomWith([pageOf('t1', 1, 2), pageOf('t2'), pageOf('', 3, 4)])
    const pages = await all(readPages(client, participants, subject, { pageLimit: 10 }))
    expect(pages.map(({ pageNumber, page, fetchedAt }) => [pageNumber, page.rows.length, fetchedAt])).toEqual(
      [
        [1, 2, 1001],
        [2, 0, 1002],
        [3, 2, 1003],
      ],
    )
    const query = { page_size: '300', include_fields: 'registrant_id' }
    expect(asked).toEqual([
      { path: '/report/webinars/abc%253D%253D/participants', query, page: 1 },
      {
        path: '/report/webinars/abc%253D%253D/participants',
        query: { ...query, next_page_token: 't1' },
        page: 2,
      },
      {
        path: '/report/webinars/abc%253D%253D/participants',
        query: { ...query, next_page_token: 't2' },
        page: 3,
      },
    ])
  })

  test('asks for a page only when the one before was taken', async () => {
    const { client, asked } = zoomWith([pageOf('t1', 1), pageOf('', 2)])
    const pages = readPages(client, participants, subject, { pageLimit: 10 })
    await pages.next()
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(asked).toHaveLength(1)
    await pages.next()
    expect(asked).toHaveLength(2)
  })

  test('continues after a page that is durable', async () => {
    const { client, asked } = zoomWith([pageOf('', 3)])
    const pages = await all(
      readPages(client, participants, subject, { startToken: 't2', startPage: 3, pageLimit: 10 }),
    )
    expect(asked[0]).toMatchObject({ query: { next_page_token: 't2' }, page: 3 })
    expect(pages.map(({ pageNumber }) => pageNumber)).toEqual([3])
  })

  test('keeps a text without join links that reads back to the same page', async () => {
    const registrants = endpointFor('registrants', 'webinars')
    const body = {
      next_page_token: '',
      total_records: 1,
      registrants: [{ id: 'r1', email: 'a@example.com', join_url: 'https://zoom.us/w/9?tk=SECRET' }],
    }
    const { client } = zoomWith([body])
    const of = { key: 'webinar:9', webinarId: 9 }
    const [first] = await all(readPages(client, registrants, of, { pageLimit: 1 }))
    expect(first?.text).not.toContain('SECRET')
    expect(first?.bytes).toBe(JSON.stringify(body).length)
    expect(parsePage('registrants', 'webinars', JSON.parse(String(first?.text)))).toEqual(first?.page)
  })

  test.each([
    ['a token comes a second time', 'listing_loops', [pageOf('t1', 1), pageOf('t2', 2), pageOf('t1', 3)], 10],
    ['the listing has more pages than allowed', 'malformed', [pageOf('t1', 1), pageOf('t2', 2)], 2],
  ])('stops when %s (%s), naming the listing', async (_why, meaning, bodies, pageLimit) => {
    const { client } = zoomWith(bodies)
    const error = await all(readPages(client, participants, subject, { pageLimit })).catch((thrown) => thrown)
    expect(error).toMatchObject({ meaning, kind: 'terminal', page: 3 })
    expect(error.message).toContain('participants from report for instance:abc==')
    expect(error.message).not.toContain('t1')
  })

  test('hands an expired page token to the caller, after the pages before it', async () => {
    const expired = new ZoomError({ meaning: 'page_token_expired', kind: 'terminal', remedy: 'Start again.' })
    const { client } = zoomWith([pageOf('t1', 1), expired])
    const pages = readPages(client, participants, subject, { pageLimit: 10 })
    expect((await pages.next()).value).toMatchObject({ pageNumber: 1 })
    await expect(pages.next()).rejects.toBe(expired)
  })

  test('ends after a body that is no page, which it reports', async () => {
    const { client } = zoomWith([{ hello: 'world' }])
    const pages = await all(readPages(client, participants, subject, { pageLimit: 10 }))
    expect(pages).toHaveLength(1)
    expect(pages[0]?.page.rejects).toEqual([
      { rowNumber: null, reason: 'the body has no list of rows', raw: '{"hello":"world"}' },
    ])
  })
})

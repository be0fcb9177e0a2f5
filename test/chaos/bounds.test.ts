import { expect, test } from 'vitest'
import { queryRaw } from '../../extract/raw/query.ts'
import type { Intercept } from '../../simulator/server.ts'
import { tinyAccount, undertake } from './pipeline.ts'

/* What is too large or never ends fails its own capture, and nothing beside it. */

const account = tinyAccount()
const [victim, other] = account.instances
  .filter((instance) => instance.isAvailable && instance.rows.length > 40)
  .map((instance) => instance.uuid) as [string, string]
const isReportOf = (uuid: string, path: string) =>
  path === `/v2/report/webinars/${encodeURIComponent(encodeURIComponent(uuid))}/participants`

async function capturesUnder(intercept: Intercept) {
  const undertaking = await undertake(
    account,
    { intercept },
    { patience: { maxAttempts: 2, maxBodyBytes: 200_000, timeoutMs: 2000 }, pagesMax: 40 },
  )
  try {
    const [summary] = await undertaking.extract()
    const captures = await queryRaw<{ uuid: string; source: string; status: string; reason: string | null }>(
      undertaking.dataDir,
      `select instance_uuid as uuid, source_endpoint as source, status, reason
       from raw.captures where stream = 'participants' order by capture_id`,
    )
    return { summary, captures }
  } finally {
    await undertaking.end()
  }
}

const of = (captures: { uuid: string; source: string; status: string }[], uuid: string) =>
  captures.filter((capture) => capture.uuid === uuid).map(({ source, status }) => [source, status])

test('an answer larger than any page is not read to its end, and costs that source only', {
  timeout: 90_000,
}, async () => {
  const { summary, captures } = await capturesUnder(({ path }) =>
    isReportOf(victim, path) ? { status: 200, body: `{"participants":[${' '.repeat(300_000)}]}` } : null,
  )
  expect(summary).toMatchObject({ stopped: null, statuses: { failed: 1 } })
  expect(of(captures, victim)).toEqual([
    ['report', 'failed'],
    ['past_webinars', 'complete'],
  ])
  expect(captures.find(({ uuid }) => uuid === victim)?.reason).toContain('larger than 200000 bytes')
  expect(of(captures, other)).toEqual([['report', 'complete']])
})

test('a listing with ever new pages ends at the limit, and costs that source only', {
  timeout: 90_000,
}, async () => {
  let pages = 0
  const { summary, captures } = await capturesUnder(({ path }) => {
    if (!isReportOf(victim, path)) return null
    pages += 1
    const row = { user_id: String(pages), name: 'Ana', join_time: '2026-10-01T10:00:00Z' }
    return { status: 200, body: { next_page_token: `token-${pages}`, participants: [row] } }
  })
  expect(pages).toBe(40)
  expect(summary).toMatchObject({ stopped: null, statuses: { failed: 1 } })
  expect(of(captures, victim)).toEqual([
    ['report', 'failed'],
    ['past_webinars', 'complete'],
  ])
  expect(of(captures, other)).toEqual([['report', 'complete']])
})

test('a listing that leads back to itself is begun again, a few times', { timeout: 90_000 }, async () => {
  let first = 0
  const { summary, captures } = await capturesUnder(({ path, query }) => {
    if (!isReportOf(victim, path)) return null
    if (!query.next_page_token) first += 1
    return { status: 200, body: { next_page_token: 'round', participants: [{ user_id: '1', name: 'Ana' }] } }
  })
  expect(first).toBe(4)
  expect(summary).toMatchObject({ stopped: null, statuses: { failed: 1 } })
  expect(of(captures, victim)).toEqual([
    ['report', 'failed'],
    ['past_webinars', 'complete'],
  ])
  expect(captures.find(({ uuid }) => uuid === victim)?.reason).toContain('a page token came a second time')
})

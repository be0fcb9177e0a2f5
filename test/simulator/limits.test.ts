import { expect, test } from 'vitest'
import { createRateLimits, type Label, type Plan } from '../../simulator/limits.ts'
import { connect } from './client.ts'

const start = Date.parse('2026-05-01T23:59:00Z')

test.each<[Plan, Label, number, number]>([
  ['free', 'light', 4, 1_000],
  ['free', 'medium', 2, 1_000],
  ['free', 'heavy', 1, 1_000],
  ['pro', 'light', 30, 1_000],
  ['pro', 'medium', 20, 1_000],
  ['pro', 'heavy', 10, 1_000],
  ['pro', 'resource_intensive', 10, 60_000],
  ['business', 'light', 80, 1_000],
  ['business', 'medium', 60, 1_000],
  ['business', 'heavy', 40, 1_000],
  ['business', 'resource_intensive', 20, 60_000],
])('a %s plan makes %s calls %i times in %i ms', (plan, label, count, windowMs) => {
  let time = start
  const limits = createRateLimits(plan, () => time)
  for (let i = 0; i < count; i++) limits(label)
  expect(() => limits(label)).toThrow(/maximum per-second rate limit/)
  time += windowMs - 1
  expect(() => limits(label)).toThrow(/maximum per-second rate limit/)
  time += 1
  expect(limits(label)['x-ratelimit-remaining']).toBe(String(count - 1))
})

test('heavy and resource-intensive calls share a day of 30,000 on a pro plan, until midnight UTC', () => {
  let time = Date.parse('2026-05-01T00:00:00Z')
  const limits = createRateLimits('pro', () => time)
  for (let i = 0; i < 29_999; i++) {
    limits('heavy')
    time += 101
  }
  time += 60_000
  limits('resource_intensive')
  let fault: { headers?: Record<string, string>; message?: string } = {}
  try {
    limits('heavy')
  } catch (error) {
    fault = error as typeof fault
  }
  expect(fault.message).toMatch(/maximum daily rate limit/)
  expect(fault.headers).toMatchObject({
    'x-ratelimit-type': 'Daily-limit',
    'retry-after': '2026-05-02T00:00:00Z',
  })
  expect(() => limits('resource_intensive')).toThrow(/daily/)
  expect(limits('medium')).toHaveProperty('x-ratelimit-category', 'Medium')
  time = Date.parse('2026-05-02T00:00:00Z')
  expect(limits('heavy')).toHaveProperty('x-ratelimit-category', 'Heavy')
})

test('too many calls get Zoom’s 429 with its headers, and are counted', async () => {
  let time = start
  const { get, simulator } = await connect({}, { rateLimits: true, plan: 'free', clock: () => time })
  await get('/users')
  const second = await get('/users')
  expect(second.headers['x-ratelimit-remaining']).toBe('0')
  const third = await get('/users')
  expect(third).toMatchObject({
    status: 429,
    body: {
      code: 429,
      message: 'You have reached the maximum per-second rate limit for this API. Try again later.',
    },
    headers: { 'x-ratelimit-category': 'Medium', 'x-ratelimit-type': 'QPS', 'x-ratelimit-limit': '2' },
  })
  time += 1_000
  expect((await get('/users')).status).toBe(200)
  expect(simulator.stats()).toMatchObject({
    requests: 5,
    tooMany: 1,
    byPath: { '/users': 4 },
    byLabel: { medium: 4 },
  })
})

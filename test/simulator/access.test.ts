import { expect, test } from 'vitest'
import { connect, login, post, twice } from './client.ts'

test('a token lasts an hour and names its scopes', async () => {
  const { simulator } = await connect()
  const { body } = await login(simulator)
  expect(body).toMatchObject({
    token_type: 'bearer',
    expires_in: 3600,
    api_url: new URL(simulator.apiUrl).origin,
  })
  expect(body.scope.split(' ')).toContain('report:read:list_webinar_participants:admin')
})

test('the token endpoint tells its errors by reason and error', async () => {
  const { simulator } = await connect()
  const good = `grant_type=account_credentials&account_id=${simulator.accountId}`
  const wrong = `Basic ${Buffer.from('me:wrong').toString('base64')}`
  expect(await post(simulator, good, wrong)).toMatchObject({
    status: 400,
    body: { reason: 'Invalid client_id or client_secret', error: 'invalid_client' },
  })
  expect((await post(simulator, good, 'Bearer x')).body.reason).toBe('Invalid client credentials')
  expect((await post(simulator, 'grant_type=password')).body.error).toBe('unsupported_grant_type')
  expect((await post(simulator, 'grant_type=account_credentials&account_id=other')).status).toBe(400)
})

test('a token that is expired, unknown or missing is refused, and a new one is good', async () => {
  let time = 1_000_000
  const { simulator, token, get } = await connect({}, { clock: () => time, tokenLifetimeMs: 60_000 })
  expect((await get('/users')).status).toBe(200)
  time += 60_000
  expect(await get('/users')).toMatchObject({
    status: 401,
    body: { code: 124, message: 'Access token is expired.' },
  })
  expect((await get('/users', 'nonsense')).body).toEqual({ code: 124, message: 'Invalid access token.' })
  expect((await get('/users', '')).body.code).toBe(4700)
  const again = (await login(simulator)).body
  expect(again.access_token).not.toBe(token)
  expect(again.expires_in).toBe(60)
  expect((await get('/users', again.access_token)).status).toBe(200)
})

test('a missing scope is named, and classic scopes will do', async () => {
  const granular = await connect({}, { scopes: ['user:read:list_users:admin'] })
  const path = `/report/webinars/${twice(granular.account.webinars[1]?.instances[0]?.uuid as string)}/participants`
  expect((await granular.get('/users')).status).toBe(200)
  expect(await granular.get(path)).toMatchObject({
    status: 400,
    body: {
      code: 4711,
      message: 'Invalid access token, does not contain scopes:[report:read:list_webinar_participants:admin].',
    },
  })
  const classic = await connect({}, { scopes: ['report:read:admin'] })
  expect((await classic.get(path)).status).toBe(200)
  expect((await classic.get('/users')).body.code).toBe(4711)
})

test('dashboards are for business plans; lesser ones get code 200, partly under HTTP 200', async () => {
  const { account, get } = await connect({}, { plan: 'pro' })
  const uuid = twice(account.webinars[1]?.instances[0]?.uuid as string)
  const list = await get('/metrics/webinars?type=past&from=2026-04-01&to=2026-04-30')
  expect(list).toMatchObject({
    status: 200,
    body: { code: 200, message: expect.stringContaining('Dashboard feature') },
  })
  expect(await get(`/metrics/webinars/${uuid}/participants?type=past`)).toMatchObject({
    status: 200,
    body: { code: 200 },
  })
  expect(await get(`/metrics/webinars/${uuid}?type=past`)).toMatchObject({ status: 400, body: { code: 200 } })
  expect((await get(`/report/webinars/${uuid}/participants`)).body.total_records).toBeGreaterThan(0)
})

test('a free plan has users and no reports', async () => {
  const { account, simulator, get } = await connect({}, { plan: 'free' })
  expect((await get('/users')).status).toBe(200)
  expect(await get(`/report/webinars/${account.webinars[1]?.id}/participants`)).toMatchObject({
    status: 400,
    body: { code: 200, message: `Only available for Paid or ZMP account: ${simulator.accountId}.` },
  })
})

test('a fault can be put in the place of any answer', async () => {
  const { get, simulator } = await connect(
    {},
    {
      intercept: ({ path, query }) =>
        path === '/v2/users' && query.page_size === '7' ? { status: 502, body: '<html>' } : null,
    },
  )
  await expect(get('/users?page_size=7')).rejects.toThrow(SyntaxError)
  expect((await get('/users?page_size=8')).status).toBe(200)
  expect(simulator.requests().map(({ path, status }) => `${path} ${status}`)).toEqual([
    '/oauth/token 200',
    '/v2/users 502',
    '/v2/users 200',
  ])
})

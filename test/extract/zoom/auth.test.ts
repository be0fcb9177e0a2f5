import nock from 'nock'
import { describe, expect, test } from 'vitest'
import type { ZoomError } from '../../../extract/zoom/errors.ts'
import { accessToken, clientOf, credentials, grantToken, interceptHttp, shown } from './account.ts'

interceptHttp()

const api = 'https://api.zoom.us'

async function failure(promise: Promise<unknown>): Promise<ZoomError> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error) => error,
  )
}

describe('a token', () => {
  test('is asked for with a form and a Basic header, and its scopes can be read', async () => {
    nock('https://zoom.us')
      .post('/oauth/token', 'grant_type=account_credentials&account_id=account-A')
      .matchHeader('content-type', 'application/x-www-form-urlencoded')
      .basicAuth({ user: credentials.clientId, pass: credentials.clientSecret })
      .reply(200, {
        access_token: accessToken,
        expires_in: 3599,
        scope: 'report:read:admin  user:read:admin ',
      })
    const { client } = clientOf()
    expect(await client.scopes()).toEqual(['report:read:admin', 'user:read:admin'])
    await client.close()
  })

  test('is asked for once by many requests at a time, and kept for the next', async () => {
    grantToken()
    nock(api)
      .get('/v2/users')
      .matchHeader('authorization', `Bearer ${accessToken}`)
      .times(21)
      .reply(200, { users: [] })
    const { client } = clientOf()
    await Promise.all(Array.from({ length: 20 }, () => client.get('medium', '/users', {})))
    await client.get('medium', '/users', {})
    await client.close()
  })

  test('is renewed a minute before it ends', async () => {
    grantToken({ access_token: 'first' })
    nock(api).get('/v2/users').matchHeader('authorization', 'Bearer first').twice().reply(200, { users: [] })
    const { client, now } = clientOf()
    await client.get('medium', '/users', {})
    now.ms += 3539_000
    await client.get('medium', '/users', {})
    now.ms += 2000
    grantToken({ access_token: 'second' })
    nock(api).get('/v2/users').matchHeader('authorization', 'Bearer second').reply(200, { users: [] })
    await client.get('medium', '/users', {})
    await client.close()
  })

  test.each([400, 401])(
    'refused with code 124 and HTTP %i is renewed once by all who held it',
    async (status) => {
      grantToken({ access_token: 'old' })
      nock(api)
        .get('/v2/users')
        .matchHeader('authorization', 'Bearer old')
        .times(5)
        .reply(status, { code: 124, message: 'Access token is expired.' })
      grantToken({ access_token: 'new' })
      nock(api).get('/v2/users').matchHeader('authorization', 'Bearer new').times(5).reply(200, { users: [] })
      const { client, waits } = clientOf()
      await Promise.all(Array.from({ length: 5 }, () => client.get('medium', '/users', {})))
      expect(waits).toEqual([])
      await client.close()
    },
  )

  test('revoked again right after it was issued is renewed after a pause', async () => {
    for (let issued = 0; issued < 3; issued++) grantToken()
    nock(api).get('/v2/users').twice().reply(401, { code: 4741, message: 'The token has been revoked.' })
    nock(api).get('/v2/users').reply(200, { users: [] })
    const { client, waits } = clientOf()
    await client.get('medium', '/users', {})
    expect(waits).toEqual([2000])
    await client.close()
  })

  test('refused each time right after it was issued ends the request', async () => {
    for (let issued = 0; issued < 3; issued++) grantToken()
    nock(api).get('/v2/users').times(3).reply(401, { code: 124, message: 'Invalid access token.' })
    const { client, waits } = clientOf({ maxAttempts: 3 })
    const error = await failure(client.get('medium', '/users', {}))
    expect(error).toMatchObject({ meaning: 'token_expired', code: 124, attempts: 3 })
    expect(waits).toEqual([2000])
    await client.close()
  })

  test('is asked for again when the token endpoint is down for a moment', async () => {
    nock('https://zoom.us').post('/oauth/token').reply(503, 'busy')
    grantToken()
    const { client, waits } = clientOf()
    expect(await client.scopes()).toEqual(['a:read', 'b:read'])
    expect(waits).toEqual([1000])
    await client.close()
  })

  test('with a line break in it, or none at all, is no token', async () => {
    grantToken({ access_token: 'a\r\nx-injected: 1' })
    nock('https://zoom.us').post('/oauth/token').reply(200, { expires_in: 3600 })
    const { client } = clientOf({ maxAttempts: 2 })
    const error = await failure(client.scopes())
    expect(error).toMatchObject({ meaning: 'malformed', kind: 'transient', attempts: 2 })
    await client.close()
  })
})

describe('credentials that do not work', () => {
  test.each([
    [400, { reason: 'Invalid client_id or client_secret', error: 'invalid_client' }, 'ZOOM_CLIENT_SECRET'],
    [401, { reason: 'Invalid client_id or client_secret', error: 'invalid_client' }, 'ZOOM_ACCOUNT_ID'],
    [400, { reason: 'unsupported grant type', error: 'unsupported_grant_type' }, 'Server-to-Server'],
    [400, { reason: 'The app has been disabled', error: 'invalid_request' }, 'Activate the app'],
    [400, { reason: 'Bad Request', error: 'invalid_request' }, 'ZOOM_CLIENT_ID'],
  ])('%i %o is terminal and names what to check', async (status, body, named) => {
    nock('https://zoom.us').post('/oauth/token').reply(status, body)
    const { client, waits } = clientOf()
    const error = await failure(client.get('heavy', '/report/users', {}))
    expect(error).toMatchObject({
      meaning: 'bad_credentials',
      kind: 'terminal',
      httpStatus: status,
      method: 'POST',
    })
    expect(error.message).toContain(named)
    expect(error.message).toContain(body.reason)
    expect(waits).toEqual([])
    await client.close()
  })

  test('are not blamed for a page that is no answer of a token endpoint', async () => {
    nock('https://zoom.us').post('/oauth/token').reply(404, '<html>not here</html>')
    const { client } = clientOf()
    const error = await failure(client.scopes())
    expect(error).toMatchObject({ meaning: 'malformed', kind: 'terminal' })
    expect(error.message).toContain('ZOOM_OAUTH_URL')
    await client.close()
  })

  test('never show in what is thrown, even when the other side echoes them', async () => {
    const basic = Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`).toString('base64')
    nock('https://zoom.us')
      .post('/oauth/token')
      .reply(400, {
        reason: `you sent ${credentials.clientSecret} as Basic ${basic}`,
        error: 'invalid_client',
      })
    const { client } = clientOf()
    const error = await failure(client.scopes())
    expect(shown(error)).toContain('you sent')
    expect(shown(error)).not.toContain(credentials.clientSecret)
    expect(shown(error)).not.toContain(basic)
    await client.close()
  })
})

describe('the API base', () => {
  test('is the one of the token when the user set none', async () => {
    grantToken({ api_url: 'https://api-eu.zoom.us' })
    nock('https://api-eu.zoom.us').get('/v2/users').reply(200, { users: [] })
    const { client } = clientOf()
    await client.get('medium', '/users', {})
    await client.close()
  })

  test('is the user’s when there is one, whatever the token says', async () => {
    grantToken({ api_url: 'https://api-eu.zoom.us' })
    nock('https://proxy.example.com').get('/zoom/v2/users').reply(200, { users: [] })
    const { client } = clientOf({ apiUrl: 'https://proxy.example.com/zoom/v2/' })
    await client.get('medium', '/users', {})
    await client.close()
  })

  test.each(['https://api.zoom.us.evil.example', 'http://api.zoom.us', 'https://zoom.us:8443', 'nonsense'])(
    'never becomes %s: a token goes to Zoom only',
    async (apiUrl) => {
      grantToken({ api_url: apiUrl })
      nock(api).get('/v2/users').reply(200, { users: [] })
      const { client } = clientOf()
      await client.get('medium', '/users', {})
      await client.close()
    },
  )

  test('and the token endpoint may be given as a host alone', async () => {
    nock('https://sim.example.com')
      .post('/oauth/token')
      .reply(200, { access_token: 'x', expires_in: 3600, scope: '', api_url: 'https://sim.example.com' })
    nock('https://sim.example.com').get('/v2/users').reply(200, { users: [] })
    const { client } = clientOf({ oauthUrl: 'https://sim.example.com' })
    await client.get('medium', '/users', {})
    await client.close()
  })
})

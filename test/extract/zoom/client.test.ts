import nock from 'nock'
import { describe, expect, test } from 'vitest'
import type { ZoomError } from '../../../extract/zoom/errors.ts'
import { accessToken, clientOf, credentials, grantToken, interceptHttp, shown } from './account.ts'

interceptHttp()

const path = '/report/webinars/abc%253D%253D/participants'
const api = () => nock('https://api.zoom.us').get(`/v2${path}`)

async function failure(promise: Promise<unknown>): Promise<ZoomError> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error) => error,
  )
}

describe('get', () => {
  test('returns the body, its text and size, with the query as given', async () => {
    grantToken()
    const text = '{"participants": [ ],"next_page_token":""}'
    nock('https://api.zoom.us')
      .get(`/v2${path}?page_size=300&next_page_token=a%2Bb`)
      .reply(200, `\uFEFF${text}`, { 'content-type': 'application/json' })
    const { client, now } = clientOf()
    const answer = await client.get('heavy', path, { page_size: '300', next_page_token: 'a+b' })
    expect(answer).toEqual({
      status: 200,
      body: JSON.parse(text),
      text,
      bytes: text.length + 3,
      receivedAtMs: now.ms,
    })
    await client.close()
  })

  test.each([
    ['a server error', 500, { message: 'oops' }],
    ['a bad gateway', 502, '<html>bad gateway</html>'],
    [
      'a per-second limit',
      429,
      {
        code: 429,
        message: 'You have reached the maximum per-second rate limit for this API. Try again later.',
      },
    ],
    ['JSON that was cut off', 200, '{"participants": [{"id'],
    ['an empty body', 200, ''],
    ['a page of HTML', 200, '<html></html>'],
  ])('asks again after %s', async (_what, status, body) => {
    grantToken()
    api().reply(status, body)
    api().reply(200, { participants: [] })
    const { client, waits } = clientOf()
    expect((await client.get('heavy', path, {})).body).toEqual({ participants: [] })
    expect(waits).toEqual([1000])
    await client.close()
  })

  test.each(['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'EPIPE', 'UND_ERR_SOCKET'])(
    'asks again after %s',
    async (code) => {
      grantToken()
      api().replyWithError(Object.assign(new Error('broken'), { code }))
      api().reply(200, { participants: [] })
      const { client, waits } = clientOf()
      await client.get('heavy', path, {})
      expect(waits).toHaveLength(1)
      await client.close()
    },
  )

  test('waits twice as long each time, spread by chance, and gives up after the last attempt', async () => {
    grantToken()
    api().times(5).reply(500, {})
    const told: [string, number][] = []
    const { client, waits, now } = clientOf(
      { maxAttempts: 5 },
      { random: () => 0.5, onWait: (reason, untilMs) => told.push([reason.meaning, untilMs]) },
    )
    const startedMs = now.ms
    const error = await failure(client.get('heavy', path, {}, 7))
    expect(waits).toEqual([750, 1500, 3000, 6000])
    expect(told[0]).toEqual(['server', startedMs + 750])
    expect(error).toMatchObject({ meaning: 'server', kind: 'transient', attempts: 5, page: 7, path })
    expect(error.message).toContain('page 7 failed after 5 attempts')
    await client.close()
  })

  test.each([
    [403, { code: 200, message: 'No permission.' }, 'no_permission'],
    [200, { code: 200, message: 'You do not have the right permissions.' }, 'no_permission'],
    [404, { code: 3001, message: 'Webinar does not exist: abc.' }, 'not_found'],
    [400, { code: 12702, message: 'Can not access a webinar a year ago.' }, 'expired'],
    [403, '<html>blocked by a firewall</html>', 'malformed'],
    [501, { code: 'ERR_NOCK_NO_MATCH' }, 'server'],
    [302, 'moved', 'malformed'],
  ])('does not ask again after %i %o', async (status, body, meaning) => {
    grantToken()
    api().reply(status, body, status === 302 ? { location: 'https://evil.example/' } : {})
    const { client, waits } = clientOf()
    const error = await failure(client.get('heavy', path, {}))
    expect(error).toMatchObject({ meaning, kind: 'terminal', attempts: 1 })
    expect(waits).toEqual([])
    await client.close()
  })

  test('names the scopes that are missing', async () => {
    grantToken()
    api().reply(400, {
      code: 4711,
      message: 'Invalid access token, does not contain scopes:[report:read:list_webinar_participants:admin].',
    })
    const { client } = clientOf()
    const error = await failure(client.get('heavy', path, {}))
    expect(error.scopes).toEqual(['report:read:list_webinar_participants:admin'])
    expect(error.remedy).toContain('Add the scope report:read:list_webinar_participants:admin')
    await client.close()
  })

  test('never shows the token, the secret or a page token, even when the other side echoes them', async () => {
    grantToken()
    const secrets = [accessToken, credentials.clientSecret, 'page-token-P4g3']
    nock('https://api.zoom.us')
      .get(`/v2${path}?next_page_token=page-token-P4g3`)
      .reply(400, { code: 300, message: `The next page token is invalid: ${secrets.join(' ')}` })
    const { client } = clientOf()
    const error = await failure(client.get('heavy', path, { next_page_token: 'page-token-P4g3' }))
    expect(error.meaning).toBe('page_token_expired')
    for (const secret of secrets) expect(shown(error)).not.toContain(secret)
    await client.close()
  })
})

describe('a 429', () => {
  const perSecond = {
    code: 429,
    message: 'You have reached the maximum per-second rate limit for this API. Try again later.',
  }
  const daily = {
    code: 429,
    message:
      'You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you can make another request.',
  }

  test.each([
    ['seconds', '4'],
    ['a time', '2026-03-04T10:00:04Z'],
  ])('with Retry-After as %s waits at least that long', async (_form, retryAfter) => {
    grantToken()
    api().reply(429, perSecond, { 'retry-after': retryAfter, 'x-ratelimit-type': 'QPS' })
    api().reply(200, {})
    const { client, waits } = clientOf()
    await client.get('heavy', path, {})
    expect(waits).toEqual([4500])
    await client.close()
  })

  test("with Retry-After as a time by Zoom's clock waits as long when ours is an hour behind", async () => {
    grantToken()
    api().reply(429, perSecond, {
      'retry-after': '2026-03-04T11:00:04Z',
      date: 'Wed, 04 Mar 2026 11:00:00 GMT',
    })
    api().reply(200, {})
    const { client, waits } = clientOf()
    await client.get('heavy', path, {})
    expect(waits).toEqual([4500])
    await client.close()
  })

  test.each([
    ['its text', daily, {}, '2026-03-05T00:00:00.000Z'],
    [
      'its header',
      { code: 429, message: 'Too many.' },
      { 'x-ratelimit-type': 'Daily-limit', 'retry-after': '2026-03-05T00:00:00Z' },
      '2026-03-05T00:00:00.000Z',
    ],
    [
      'the length of its pause',
      perSecond,
      { 'retry-after': '2026-03-04T18:30:00Z' },
      '2026-03-04T18:30:00.000Z',
    ],
  ])(
    'is the daily limit by %s, says when to come back, and closes the quota without asking again',
    async (_by, body, headers, resumeAt) => {
      grantToken()
      api().reply(429, body, headers as Record<string, string>)
      const { client, waits } = clientOf({ plan: 'pro' })
      const error = await failure(client.get('heavy', path, {}))
      expect(error).toMatchObject({ meaning: 'daily_limit', kind: 'terminal' })
      expect(error.resumeAt?.toISOString()).toBe(resumeAt)
      expect(waits).toEqual([])
      const again = await failure(client.get('resource_intensive', '/metrics/webinars', {}))
      expect(again).toMatchObject({ meaning: 'daily_limit', httpStatus: null, path: '/metrics/webinars' })
      expect(again.remedy).toContain(resumeAt)
      await client.close()
    },
  )

  test('for resource-intensive requests outlasts the minute they are counted by', async () => {
    grantToken()
    nock('https://api.zoom.us').get('/v2/metrics/webinars').reply(429, perSecond)
    nock('https://api.zoom.us').get('/v2/metrics/webinars').reply(200, {})
    const { client, waits } = clientOf()
    await client.get('resource_intensive', '/metrics/webinars', {})
    expect(waits).toEqual([61_000])
    await client.close()
  })
})

describe('used', () => {
  test('counts every attempt on top of what was used before, and onRequest is told', async () => {
    grantToken()
    api().reply(500, {})
    api().reply(200, {})
    const labels: string[] = []
    const { client } = clientOf(
      { usedToday: { day: '2026-03-04', light: 1, medium: 2, heavy: 3, resource_intensive: 4 } },
      { onRequest: (label) => labels.push(label) },
    )
    await client.get('heavy', path, {})
    expect(client.used()).toEqual({ day: '2026-03-04', light: 1, medium: 2, heavy: 5, resource_intensive: 4 })
    expect(labels).toEqual(['heavy', 'heavy'])
    await client.close()
  })
})

describe('an abort', () => {
  test('ends the wait between attempts with the reason of the signal', async () => {
    grantToken()
    api().reply(500, {})
    const stop = new AbortController()
    const reason = new Error('the user pressed Ctrl-C')
    // The real sleep: one second would pass before the next attempt.
    const { client } = clientOf(
      { signal: stop.signal },
      { sleep: undefined, onWait: () => setImmediate(() => stop.abort(reason)) },
    )
    await expect(client.get('heavy', path, {})).rejects.toBe(reason)
    await client.close()
  })

  test('before the first request sends none', async () => {
    const { client } = clientOf({ signal: AbortSignal.abort(new Error('stopped')) })
    await expect(client.get('heavy', path, {})).rejects.toThrow('stopped')
    await client.close()
  })

  test('can be listened for by many requests without a warning of a leak', async () => {
    grantToken()
    api().times(30).reply(200, {})
    const warnings: Error[] = []
    const note = (warning: Error) => void warnings.push(warning)
    process.on('warning', note)
    const { client } = clientOf({ signal: new AbortController().signal })
    await Promise.all(Array.from({ length: 30 }, () => client.get('heavy', path, {})))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', note)
    expect(warnings).toEqual([])
    await client.close()
  })

  test('frees those who wait for a slot', async () => {
    grantToken()
    api().reply(200, {})
    const stop = new AbortController()
    const { client } = clientOf({ signal: stop.signal, plan: 'free' })
    await client.get('heavy', path, {})
    const waiting = client.get('heavy', path, {})
    await new Promise((resolve) => setTimeout(resolve, 20))
    stop.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
    await client.close()
  })

  test('by closing the client rejects what waits for a slot', async () => {
    grantToken()
    api().reply(200, {})
    const { client } = clientOf({ plan: 'free' })
    await client.get('heavy', path, {})
    const waiting = expect(client.get('heavy', path, {})).rejects.toMatchObject({ name: 'AbortError' })
    await new Promise((resolve) => setTimeout(resolve, 20))
    await client.close()
    await waiting
    await expect(client.get('heavy', path, {})).rejects.toMatchObject({ name: 'AbortError' })
  })
})

import nock from 'nock'
import { Agent } from 'undici'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import {
  createZoomClient,
  type ZoomClient,
  type ZoomClientEffects,
  type ZoomClientOptions,
} from '../../../extract/zoom/client.ts'

export const credentials = {
  accountId: 'account-A',
  clientId: 'client-C',
  clientSecret: 'client-secret-S3cr3t',
}
export const accessToken = 'access-token-T0k3n'

// Importing it is enough for it to stand between this process and the network.
nock.restore()

/** Intercepts all HTTP of a test file; a request that no interceptor expects fails the test it came from. */
export function interceptHttp(): void {
  const unmatched: string[] = []
  const note = (request: { url?: string; path?: string }) => {
    unmatched.push(String(request.url ?? request.path))
  }
  beforeAll(() => {
    nock.activate()
    nock.emitter.on('no match', note)
  })
  // The next file of this process has servers of its own to ask.
  afterAll(() => {
    nock.emitter.off('no match', note)
    nock.enableNetConnect()
    nock.restore()
  })
  beforeEach(() => {
    unmatched.length = 0
    nock.disableNetConnect()
  })
  afterEach(() => {
    const pending = nock.pendingMocks()
    nock.cleanAll()
    expect(unmatched).toEqual([])
    expect(pending).toEqual([])
  })
}

/** Answers one request for a token. */
export function grantToken(body: Record<string, unknown> = {}): nock.Scope {
  return nock('https://zoom.us')
    .post('/oauth/token')
    .reply(200, {
      access_token: accessToken,
      token_type: 'bearer',
      expires_in: 3600,
      scope: 'a:read b:read',
      ...body,
    })
}

export interface Clients {
  client: ZoomClient
  /** What the client waited, in ms. */
  waits: number[]
  now: { ms: number }
}

/** A client whose waits pass at once, on a clock that only they move. */
export function clientOf(
  options: Partial<ZoomClientOptions> = {},
  effects: Partial<ZoomClientEffects> = {},
): Clients {
  const waits: number[] = []
  const now = { ms: Date.parse('2026-03-04T10:00:00Z') }
  const client = createZoomClient(
    { ...credentials, plan: 'unlimited', ...options },
    {
      dispatcher: new Agent({ allowH2: false, pipelining: 1 }),
      clock: () => now.ms,
      random: () => 0,
      sleep: async (ms, signal) => {
        signal?.throwIfAborted()
        waits.push(ms)
        now.ms += ms
      },
      ...effects,
    },
  )
  return { client, waits, now }
}

/** Everything an error could show somebody. */
export function shown(error: unknown): string {
  const seen = error as Error
  const own = Object.getOwnPropertyNames(seen).map((name) => `${name}=${String(Reflect.get(seen, name))}`)
  return [String(seen), seen.stack, JSON.stringify(seen), String(seen.cause), ...own].join('\n')
}

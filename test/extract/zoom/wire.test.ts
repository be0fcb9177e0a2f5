import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createZoomClient, type ZoomClient, type ZoomClientOptions } from '../../../extract/zoom/client.ts'
import { uuidPath } from '../../../extract/zoom/uuidPath.ts'
import { credentials } from './account.ts'

/* What interceptors cannot show: sockets, silence, half answers, and the very bytes of the request line. */

type Handler = (request: IncomingMessage, response: ServerResponse) => void
const open: { server: Server; client: ZoomClient }[] = []

afterEach(async () => {
  for (const { server, client } of open.splice(0)) {
    await client.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A server that grants a token and then lets `handlers` answer, the last one for all that follow. */
async function serve(handlers: Handler[], options: Partial<ZoomClientOptions> = {}) {
  const requests: { url: string; socket: unknown }[] = []
  const waits: number[] = []
  const server = createServer((request, response) => {
    if (request.url === '/oauth/token') {
      response.end(JSON.stringify({ access_token: 'x', expires_in: 3600, scope: '' }))
      return
    }
    requests.push({ url: request.url ?? '', socket: request.socket })
    const handler = handlers[Math.min(requests.length, handlers.length) - 1] as Handler
    handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = createZoomClient(
    {
      ...credentials,
      plan: 'unlimited',
      apiUrl: `${origin}/v2`,
      oauthUrl: origin,
      timeoutMs: 10_000,
      maxAttempts: 2,
      ...options,
    },
    { sleep: async (ms) => void waits.push(ms) },
  )
  open.push({ server, client })
  return { client, requests, waits }
}

const fine: Handler = (_request, response) => void response.end('{"participants":[]}')

describe('on the wire', () => {
  test('a path arrives exactly as it was given', async () => {
    const { client, requests } = await serve([fine])
    const path = `/report/webinars/${uuidPath('/a+b//c==')}/participants`
    await client.get('heavy', path, { next_page_token: 'a/b=+ ' })
    expect(requests[0]?.url).toBe(
      '/v2/report/webinars/%252Fa%252Bb%252F%252Fc%253D%253D/participants?next_page_token=a%2Fb%3D%2B+',
    )
  })

  test('connections are kept for the requests that follow', async () => {
    const { client, requests } = await serve([fine])
    for (let n = 0; n < 20; n++) await client.get('heavy', '/users', {})
    // Two at most: a connection is not free yet at the moment its answer is whole.
    expect(new Set(requests.map(({ socket }) => socket)).size).toBeLessThanOrEqual(2)
  })

  test.each<[string, Handler]>([
    ['a reset before the answer', (request) => request.socket.destroy()],
    [
      'a reset in the middle of the body',
      (request, response) => {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('{"participants":[')
        setTimeout(() => request.socket.destroy(), 20)
      },
    ],
    ['a body that ends early but cleanly', (_request, response) => void response.end('{"participants":[')],
    ['bytes that are no HTTP', (request) => void request.socket.end('what?\r\n\r\n')],
  ])('%s is tried again', async (_what, broken) => {
    const { client, requests, waits } = await serve([broken, fine])
    expect((await client.get('heavy', '/users', {})).body).toEqual({ participants: [] })
    expect(requests).toHaveLength(2)
    expect(waits).toHaveLength(1)
  })

  test.each<[string, Handler]>([
    ['silence', () => {}],
    [
      'headers and then silence',
      (_request, response) => {
        response.writeHead(200)
        response.flushHeaders()
      },
    ],
    [
      'an answer that trickles for ever',
      (_request, response) => {
        const timer = setInterval(() => response.write(' '), 20)
        response.on('close', () => clearInterval(timer))
      },
    ],
  ])('%s is a timeout, after as many attempts as allowed', async (_what, slow) => {
    const { client, requests } = await serve([slow], { timeoutMs: 300 })
    const startedMs = Date.now()
    await expect(client.get('heavy', '/users', {})).rejects.toMatchObject({
      meaning: 'timeout',
      kind: 'transient',
      attempts: 2,
    })
    expect(requests).toHaveLength(2)
    expect(Date.now() - startedMs).toBeLessThan(4000)
  })

  test('a body without an end is not read to the end', async () => {
    let sentBytes = 0
    const flood: Handler = (_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, 32)
      const push = () => {
        while (!response.destroyed) {
          sentBytes += chunk.length
          if (!response.write(chunk)) break
        }
      }
      response.on('drain', push)
      push()
    }
    const { client } = await serve([flood], { maxBodyBytes: 1024 * 1024, timeoutMs: 5000 })
    const error = await client.get('heavy', '/users', {}).catch((thrown) => thrown)
    expect(error).toMatchObject({ meaning: 'malformed', kind: 'terminal' })
    expect(error.message).toContain('larger than 1048576 bytes')
    expect(sentBytes).toBeLessThan(50 * 1024 * 1024)
  })

  test('an abort ends a request that is under way', async () => {
    const stop = new AbortController()
    const { client } = await serve([() => setTimeout(() => stop.abort(new Error('enough')), 20)], {
      signal: stop.signal,
      timeoutMs: 10_000,
    })
    await expect(client.get('heavy', '/users', {})).rejects.toThrow('enough')
  })

  test('nobody listening is a failure of the network that names the settings to check', async () => {
    const { client } = await serve([fine], { apiUrl: 'http://127.0.0.1:1/v2' })
    const error = await client.get('heavy', '/users', {}).catch((thrown) => thrown)
    expect(error).toMatchObject({ meaning: 'network', kind: 'transient', attempts: 2 })
    expect(error.message).toContain('ZOOM_API_URL')
  })
})

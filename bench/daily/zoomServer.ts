import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answers, questionOf } from './zoomAnswers.ts'
import { scopes } from './zoomScopes.ts'

/*
 * A server that plays Zoom, with answers that were made before, in a process of its own: so that what it takes of the
 * processors can be told from what rollcall takes.
 *
 *   parent ──answers──▶ child ──its port──▶ parent … ──'used'──▶ child ──what was used──▶ parent … ──disconnect──▶ child
 */

interface Used {
  /** Of serving, user and system, until now. */
  cpuSeconds: number
  requests: number
  /** What was asked for and has no answer. */
  unknown: string[]
}

export interface ZoomServer {
  /** The API base, and the host of the token endpoint. */
  url: string
  /** @throws Error when it was asked for something that it has no answer to */
  used(): Promise<Omit<Used, 'unknown'>>
  stop(): Promise<void>
}

export async function serveZoom(answers: Answers): Promise<ZoomServer> {
  const child = fork(import.meta.filename, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  const ask = async <T>(message: Answers | 'used'): Promise<T> => {
    child.send(message)
    const [answer] = await once(child, 'message')
    return answer as T
  }
  const port = await ask<number>(answers)
  return {
    url: `http://127.0.0.1:${port}`,
    async used() {
      const { unknown, ...used } = await ask<Used>('used')
      if (unknown.length > 0) throw new Error(`no answer was made to ${unknown.join(', ')}`)
      return used
    },
    async stop() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

if (process.argv[1] === import.meta.filename && process.send !== undefined) {
  const [answers] = (await once(process, 'message')) as [Answers]
  serve(answers)
}

function serve(answers: Answers): void {
  const bodies = new Map([...answers].map(([question, body]) => [question, Buffer.from(body)]))
  const unknown: string[] = []
  let requests = 0
  const token = Buffer.from(
    JSON.stringify({
      access_token: 'made-up',
      token_type: 'bearer',
      expires_in: 3600,
      scope: scopes.join(' '),
    }),
  )
  const refusal = Buffer.from(JSON.stringify({ code: 300, message: 'No answer was made to this.' }))
  const server = createServer((request, response) => {
    requests++
    const [path = '', query] = (request.url ?? '').split('?')
    const question = questionOf(path, new URLSearchParams(query))
    const body = path === '/oauth/token' ? token : bodies.get(question)
    if (body === undefined) unknown.push(question)
    request.resume()
    const answer = body ?? refusal
    response.writeHead(body === undefined ? 400 : 200, {
      'content-type': 'application/json;charset=UTF-8',
      'content-length': answer.length,
    })
    response.end(answer)
  })
  server.keepAliveTimeout = 60_000
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpuSeconds: (user + system) / 1e6, requests, unknown } satisfies Used)
  })
  process.once('disconnect', () => {
    server.close()
    server.closeAllConnections()
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
}

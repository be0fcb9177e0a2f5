import type { Dispatcher } from 'undici'
import { joined } from './joined.ts'

/** One HTTP request, as it goes onto the wire. */
export interface Outgoing {
  method: 'GET' | 'POST'
  url: string
  headers: Record<string, string>
  body?: string
  /** What errors call the request: its path without the query. */
  path: string
  /** Texts that must not be kept anywhere, not even as part of a good answer, whatever the other side echoes. */
  credentials: readonly string[]
  /** Further texts that must not appear in an error. */
  secrets: readonly string[]
}

export interface Head {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface Received extends Head {
  bytes: Buffer
}

export interface SendLimits {
  /** From sending the request to the last byte of its answer. */
  timeout_ms: number
  bodyBytes_max: number
}

export interface SendEffects {
  dispatcher: Dispatcher
  onHead?(head: Head): void
  /** The error for a body that is larger than `bodyBytes_max`. */
  tooLarge(): Error
}

/** Says by its code what undici's own timeouts say: those watch silence, not an answer that trickles for ever. */
class OutOfTime extends Error {
  readonly code = 'ETIMEDOUT'
}

/**
 * Sends one request and takes its answer as it comes.
 *
 *   waiting for a connection ─▶ sent ─▶ head ─▶ body ─▶ whole
 *        └──────────┴─────────────┴───────┴──▶ given up: no time left, aborted, too large, broken off
 *
 * By undici's `dispatch`, and not its `request`: that makes of every answer a stream to be read, which costs half as
 * much again as all the rest.
 *
 * @throws what `tooLarge` gives; the signal's reason; what undici throws for a connection that fails
 */
export function send(
  outgoing: Outgoing,
  { timeout_ms, bodyBytes_max }: SendLimits,
  signal: AbortSignal | undefined,
  { dispatcher, onHead, tooLarge }: SendEffects,
): Promise<Received> {
  const { origin, pathname, search } = new URL(outgoing.url)
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null
    let givenUp: { why: Error } | null = null
    let head: Head | null = null
    const chunks: Buffer[] = []
    let size = 0

    const settle = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    const giveUp = (why: Error) => {
      settle()
      givenUp = { why }
      reject(why)
      controller?.abort(why)
    }
    const timer = setTimeout(() => giveUp(new OutOfTime()), timeout_ms)
    const onAbort = () => giveUp(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })

    dispatcher.dispatch(
      {
        ...{ origin, path: `${pathname}${search}`, method: outgoing.method },
        ...{ headers: outgoing.headers, body: outgoing.body ?? null },
        ...{ headersTimeout: timeout_ms, bodyTimeout: timeout_ms },
      },
      {
        onRequestStart(started) {
          controller = started
          if (givenUp !== null) started.abort(givenUp.why)
        },
        onResponseStart(_, status, headers) {
          // What comes before the answer, such as `100 Continue`, is none.
          if (status < 200) return
          head = { status, headers }
          onHead?.(head)
        },
        onResponseData(_, chunk) {
          size += chunk.length
          if (size > bodyBytes_max) giveUp(tooLarge())
          else chunks.push(chunk)
        },
        onResponseEnd() {
          settle()
          resolve({ ...(head as Head), bytes: joined(chunks, size) })
        },
        onResponseError(_, error) {
          settle()
          reject(error)
        },
      },
    )
  })
}

import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Agent, type Dispatcher } from 'undici'
import { type Credentials, createTokenSource, type Token } from './auth.ts'
import type { DailyUse } from './dailyBudget.ts'
import type { Endpoint, RateLabel } from './endpoint.ts'
import { ZoomError } from './errors.ts'
import { type Answer, type AnswerHead, exchange } from './exchange.ts'
import { createRateLimiter } from './limiter.ts'
import type { Plan, QuotaCap } from './plans.ts'

export interface ZoomClientOptions extends Credentials {
  /** API base with `/v2`; when not set, the one the token names, else Zoom's. */
  apiUrl?: string
  /** Token endpoint, or its host; when not set, Zoom's. */
  oauthUrl?: string
  plan: Plan
  /** From sending a request to the last byte of its answer. */
  timeoutMs?: number
  /** How often one request is sent at most, the first time included. */
  maxAttempts?: number
  /** Largest answer that is read. */
  maxBodyBytes?: number
  /** What earlier processes used of today's quota. */
  usedToday?: DailyUse
  /** How much of the day's quota may be used, `usedToday` included; all of it when not set. */
  quotaCap?: QuotaCap
  /** Ends every wait and request; its reason is what they throw. */
  signal?: AbortSignal
}

export interface ZoomClientEffects {
  /** Injected ones are not closed by the client. */
  dispatcher?: Dispatcher
  clock?: () => number
  sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
  /** 0 to below 1; spreads retries. */
  random?: () => number
  /** Told before a retry waits: why, and until when (epoch ms). */
  onWait?: (reason: ZoomError, untilMs: number) => void
  /** Told of every request that takes a slot of the quota. */
  onRequest?: (label: RateLabel) => void
  /** Told of the head of every answer, those of the token endpoint and refusals included. */
  onAnswer?: (head: AnswerHead) => void
}

export interface ZoomClient {
  /**
   * Asks once and, while the failure is transient, again. The path reaches the wire as given, so it has to be encoded.
   * `page` is only for messages; `scan` is asked first whether it can read the answer.
   * @throws ZoomError; the signal's reason when aborted.
   */
  get(
    label: RateLabel,
    path: string,
    query: Readonly<Record<string, string>>,
    page?: number,
    scan?: Endpoint['scan'],
  ): Promise<Answer>
  /** The scopes the token really has. @throws ZoomError as `get`. */
  scopes(): Promise<string[]>
  /** Requests sent today (UTC), `usedToday` included. */
  used(): DailyUse
  /** Drops what waits for a slot and closes the connections. */
  close(): Promise<void>
}

const defaults = {
  apiUrl: 'https://api.zoom.us/v2',
  oauthUrl: 'https://zoom.us/oauth/token',
  timeoutMs: 60_000,
  maxAttempts: 6,
  maxBodyBytes: 64 * 1024 * 1024,
}

/** Waits between attempts: 1, 2, 4 … 60 s, each shortened by up to half so that retries do not march in step. */
const backoff = { first_ms: 1000, max_ms: 60_000 }
/** Resource-intensive requests are counted by the minute: the pause after a 429 has to outlast one. */
const minute_pause_ms = 60_000

/** A client for one account. Everything that talks to Zoom's API goes through its `get`. */
export function createZoomClient(options: ZoomClientOptions, effects: ZoomClientEffects = {}): ZoomClient {
  const { signal } = options
  // Every request under way listens; the warning about more than ten is meant for leaks.
  if (signal) setMaxListeners(0, signal)
  const clock = effects.clock ?? Date.now
  const random = effects.random ?? Math.random
  const sleep = effects.sleep ?? ((ms, stop) => delay(ms, undefined, { signal: stop }))
  const limits = {
    timeout_ms: options.timeoutMs ?? defaults.timeoutMs,
    bodyBytes_max: options.maxBodyBytes ?? defaults.maxBodyBytes,
  }
  const maxAttempts = options.maxAttempts ?? defaults.maxAttempts
  const ownDispatcher = effects.dispatcher ? null : createAgent(limits.timeout_ms)
  const dispatcher = effects.dispatcher ?? (ownDispatcher as Dispatcher)
  const wire = { dispatcher, clock, onAnswer: effects.onAnswer }
  const limiter = createRateLimiter(options.plan, options.usedToday, { clock }, options.quotaCap)
  const tokens = createTokenSource(options, options.oauthUrl ?? defaults.oauthUrl, limits, signal, wire)

  return {
    get(label, path, query, page, scan) {
      return persist(label, path, page, () => once(label, path, query, scan))
    },
    async scopes() {
      const token = await persist('light', '/oauth/token', undefined, () => tokens.token())
      return [...token.scopes]
    },
    used: () => limiter.used(),
    async close() {
      await limiter.stop()
      await ownDispatcher?.close()
    },
  }

  /** One attempt: a token, a slot, a request. */
  async function once(
    label: RateLabel,
    path: string,
    query: Readonly<Record<string, string>>,
    scan: Endpoint['scan'],
  ): Promise<Answer> {
    // Asked for before the slot: waiting for a token inside would bunch up requests that were spaced out.
    await tokens.token()
    return unlessAborted(
      limiter.schedule(label, async () => {
        signal?.throwIfAborted()
        const token = await tokens.token()
        effects.onRequest?.(label)
        try {
          return await exchange(requestFor(token, path, query), limits, signal, { ...wire, scan })
        } catch (error) {
          if (error instanceof ZoomError && error.meaning === 'token_expired') tokens.discard(token)
          throw error
        }
      }),
    )
  }

  function requestFor(token: Token, path: string, query: Readonly<Record<string, string>>) {
    const base = (options.apiUrl ?? token.apiUrl ?? defaults.apiUrl).replace(/\/+$/, '')
    const search = new URLSearchParams(query).toString()
    return {
      method: 'GET' as const,
      url: `${base}${path}${search ? `?${search}` : ''}`,
      path,
      headers: { authorization: `Bearer ${token.accessToken}`, accept: 'application/json' },
      credentials: [token.accessToken, options.clientSecret],
      secrets: [query.next_page_token ?? ''],
    }
  }

  /** Retries stand outside the limiter: each attempt takes a slot, and a wait holds none. */
  async function persist<T>(
    label: RateLabel,
    path: string,
    page: number | undefined,
    attempt: () => Promise<T>,
  ): Promise<T> {
    let renewals = 0
    for (let attempts = 1; ; attempts++) {
      signal?.throwIfAborted()
      try {
        return await attempt()
      } catch (thrown) {
        if (!(thrown instanceof ZoomError)) throw thrown
        const failure = thrown.with({
          path: thrown.path.startsWith('/') ? thrown.path : path,
          page,
          attempts,
        })
        if (failure.meaning === 'token_expired') {
          // The first time it was simply old. A new one that is refused may have been revoked by somebody else's:
          // that is a failure like others, worth a pause.
          renewals++
          if (renewals === 1 && attempts < maxAttempts) continue
        }
        if (failure.kind === 'terminal' || attempts >= maxAttempts) throw failure
        const wait_ms = waitBefore(failure, label, attempts)
        effects.onWait?.(failure, clock() + wait_ms)
        await sleep(wait_ms, signal).catch((error: unknown) => {
          signal?.throwIfAborted()
          throw error
        })
      }
    }
  }

  function waitBefore(failure: ZoomError, label: RateLabel, attempts: number): number {
    const step_ms = Math.min(backoff.first_ms * 2 ** (attempts - 1), backoff.max_ms)
    const jittered_ms = step_ms * (1 - random() / 2)
    if (failure.retryAtMs !== null) return Math.max(failure.retryAtMs - clock(), 0) + jittered_ms / 2
    const isByTheMinute = failure.meaning === 'rate_limited' && label === 'resource_intensive'
    return isByTheMinute ? minute_pause_ms + jittered_ms : jittered_ms
  }

  /** A job that waits for its slot cannot be taken back from the limiter, but its caller need not wait with it. */
  function unlessAborted<T>(work: Promise<T>): Promise<T> {
    if (!signal) return work
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
    })
  }
}

/** Connections are kept between requests: a listing of a thousand pages pays for one handshake. */
function createAgent(timeout_ms: number): Agent {
  return new Agent({
    allowH2: false,
    connections: 128,
    pipelining: 1,
    connectTimeout: 10_000,
    headersTimeout: timeout_ms,
    bodyTimeout: timeout_ms,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 32 * 1024,
    maxResponseSize: -1,
  })
}

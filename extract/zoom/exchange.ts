import type { Dispatcher } from 'undici'
import type { Endpoint, ScannedPage } from './endpoint.ts'
import { cleanBody, cleanText, holdsSecret, withoutSecrets, ZoomError } from './errors.ts'
import { free } from './joined.ts'
import { errorIn, meaningOf, scopesNamedBy } from './meanings.ts'
import { nextUtcMidnight, retryAtOf } from './retryAfter.ts'
import { type Head, type Outgoing, type SendLimits, send } from './send.ts'

export interface Answer {
  status: number
  /** Where it could be read from its bytes; `body` and `text` are then made when they are asked for. */
  scanned?: ScannedPage
  /** The parsed JSON. */
  body: unknown
  text: string
  bytes: number
  /** When the last byte was here, epoch ms. */
  receivedAtMs: number
}

/** The head of an answer, refused ones included: Zoom's clock and quotas stand there. */
export interface AnswerHead extends Head {
  /** Our clock when the request went out and when the head came, epoch ms. */
  sentAtMs: number
  receivedAtMs: number
}

export interface ExchangeEffects {
  dispatcher: Dispatcher
  clock: () => number
  onAnswer?: (head: AnswerHead) => void
  /** Reads good answers that are pages of the usual form. */
  scan?: Endpoint['scan']
}

/** A `Retry-After` further away than this is not a pause but a spent day, whatever its text says. */
const pause_ms_max = 15 * 60_000

/**
 * Sends one request and reads its answer whole, as JSON.
 *
 * @throws ZoomError for every answer that is not JSON with a 2xx status and without Zoom's `code` and `message`, and
 * for failures of the network; the signal's reason when `signal` is aborted.
 */
export async function exchange(
  outgoing: Outgoing,
  limits: SendLimits,
  signal: AbortSignal | undefined,
  effects: ExchangeEffects,
): Promise<Answer> {
  signal?.throwIfAborted()
  const sentAtMs = effects.clock()
  try {
    const { status, headers, bytes } = await send(outgoing, limits, signal, {
      dispatcher: effects.dispatcher,
      onHead: (head) => effects.onAnswer?.({ ...head, sentAtMs, receivedAtMs: effects.clock() }),
      tooLarge: () => tooLarge(outgoing, limits.bodyBytes_max),
    })
    const page = status >= 200 && status < 300 ? scanned(bytes, outgoing.credentials, effects.scan) : null
    const answer =
      page === null
        ? accept(outgoing, status, headers, bytes, effects.clock())
        : answerOfPage(status, page, bytes.length, effects.clock())
    if (page?.bytes !== bytes) free(bytes)
    return answer
  } catch (error) {
    if (error instanceof ZoomError) throw error
    if (signal?.aborted) throw signal.reason
    throw brokenOff(outgoing, error, limits.timeout_ms)
  }
}

function tooLarge({ method, path }: Outgoing, bytes_max: number): ZoomError {
  return new ZoomError({
    ...{ meaning: 'malformed', kind: 'terminal', method, path },
    remedy: `The answer is larger than ${bytes_max} bytes, which no page of Zoom's is: check ZOOM_API_URL.`,
  })
}

/** Null where the answer is to be looked at as a whole. */
function scanned(bytes: Buffer, credentials: readonly string[], scan: Endpoint['scan']): ScannedPage | null {
  if (scan === undefined || holdsSecret(bytes, credentials)) return null
  return scan(bytes)
}

/** An answer that is a page. */
export function answerOfPage(
  status: number,
  scanned: ScannedPage,
  bytes: number,
  receivedAtMs: number,
): Answer {
  return {
    ...{ status, scanned, bytes, receivedAtMs },
    get text() {
      return scanned.bytes.toString('utf8')
    },
    get body() {
      return JSON.parse(scanned.bytes.toString('utf8'))
    },
  }
}

function accept(
  outgoing: Outgoing,
  status: number,
  headers: Head['headers'],
  bytes: Buffer,
  nowMs: number,
): Answer {
  const text = withoutSecrets(bytes.toString('utf8').replace(/^\uFEFF/, ''), outgoing.credentials)
  let body: unknown
  let isJson = true
  try {
    body = JSON.parse(text)
  } catch {
    isJson = false
  }
  const failure = errorIn(body)
  const isFine = status >= 200 && status < 300 && isJson && failure === null
  if (isFine) return { status, body, text, bytes: bytes.length, receivedAtMs: nowMs }

  const oauth = oauthErrorIn(body)
  const message = failure?.message ?? oauth
  const limit = limitIn(headers, status, failure?.code, message, nowMs)
  const rule = limit ?? meaningOf({ status, isJson, code: failure?.code ?? null, message })
  const secrets = [...outgoing.credentials, ...outgoing.secrets]
  const scopes = rule.meaning === 'missing_scope' ? scopesNamedBy(message ?? '') : []
  const retryAtMs = retryAtByOurClock(headers, nowMs)
  const resumeAtMs = retryAtMs !== null && retryAtMs > nowMs ? retryAtMs : nextUtcMidnight(nowMs)
  throw new ZoomError({
    ...rule,
    httpStatus: status,
    code: failure?.code ?? null,
    zoomMessage: message === null ? null : cleanText(message, secrets),
    method: outgoing.method,
    path: outgoing.path,
    scopes,
    remedy: scopes.length > 0 ? `Add the scope ${scopes.join(' or ')}: ${rule.remedy}` : rule.remedy,
    resumeAt: rule.meaning === 'daily_limit' ? new Date(resumeAtMs) : null,
    retryAtMs: rule.kind === 'transient' ? retryAtMs : null,
    body: isJson ? null : cleanBody(text, secrets),
  })
}

/**
 * Which limit a 429 is about. Zoom's header says `QPS` or `Daily-limit`; it is sometimes missing, then the text decides
 * (see `meaningOf`), and failing that the length of the pause. Null when the answer is no 429 or its text decides.
 */
function limitIn(
  headers: Head['headers'],
  status: number,
  code: number | undefined,
  message: string | null,
  nowMs: number,
): ReturnType<typeof meaningOf> | null {
  if (status !== 429 && code !== 429) return null
  const type = String(headers['x-ratelimit-type'] ?? '')
  const isLongPause = (retryAtByOurClock(headers, nowMs) ?? nowMs) - nowMs > pause_ms_max
  const known = { status: 429, isJson: true, code: 429 }
  if (/daily/i.test(type) || isLongPause) return meaningOf({ ...known, message: 'daily' })
  if (/qps/i.test(type)) return meaningOf({ ...known, message: null })
  return meaningOf({ ...known, message })
}

/** A `Retry-After` that is a time is one by Zoom's clock, which `Date` tells: ours may be wrong by more than the pause. */
function retryAtByOurClock(headers: Head['headers'], nowMs: number): number | null {
  const theirNowMs = Date.parse(String(headers.date ?? ''))
  if (Number.isNaN(theirNowMs)) return retryAtOf(headers['retry-after'], nowMs)
  const retryAtMs = retryAtOf(headers['retry-after'], theirNowMs)
  return retryAtMs === null ? null : retryAtMs - theirNowMs + nowMs
}

/** The token endpoint's errors have `reason` and `error` where the API's have `code` and `message`. */
function oauthErrorIn(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null
  const { reason, error } = body as Record<string, unknown>
  const texts = [reason, error].filter((text) => typeof text === 'string')
  return texts.length > 0 ? texts.join(', ') : null
}

function timedOut(outgoing: Outgoing, timeout_ms: number): ZoomError {
  return new ZoomError({
    meaning: 'timeout',
    kind: 'transient',
    method: outgoing.method,
    path: outgoing.path,
    remedy: `No whole answer came within ${timeout_ms} ms. Run the command again; rollcall continues where it stopped.`,
  })
}

/** Certificates do not mend by asking again; the codes are OpenSSL's and Node's. */
const certificateTrouble = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS|ERR_SSL/

function brokenOff(outgoing: Outgoing, error: unknown, timeout_ms: number): Error {
  const code = codeOf(error)
  // A request undici refuses to send is our mistake, not the network's.
  if (code === null || /^(UND_)?ERR_INVALID|^UND_ERR_(NOT_SUPPORTED|REQ_CONTENT)/.test(code)) {
    return new TypeError(
      `${outgoing.method} ${outgoing.path} could not be sent: ${cleanText(String(error), [...outgoing.credentials, ...outgoing.secrets])}`,
    )
  }
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return timedOut(outgoing, timeout_ms)
  const isCertificate = certificateTrouble.test(code)
  return new ZoomError({
    meaning: 'network',
    kind: isCertificate ? 'terminal' : 'transient',
    method: outgoing.method,
    path: outgoing.path,
    remedy: isCertificate
      ? `The server's certificate was refused (${code}): check the address and the machine's root certificates.`
      : `The connection failed (${code}): check the network and the address (ZOOM_API_URL, ZOOM_OAUTH_URL), then run the command again.`,
  })
}

/** The nearest error code along the causes; null where there is none. undici's HTTP parser has only a name. */
function codeOf(error: unknown): string | null {
  let at = error
  for (let depth = 0; depth < 5 && at instanceof Error; depth++) {
    const { code } = at as { code?: unknown }
    if (typeof code === 'string') return code
    if (at.name === 'HTTPParserError') return at.name
    at = at.cause
  }
  return null
}

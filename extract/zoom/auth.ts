import * as z from 'zod'
import { ZoomError } from './errors.ts'
import { type ExchangeEffects, exchange } from './exchange.ts'
import type { SendLimits } from './send.ts'

export interface Credentials {
  accountId: string
  clientId: string
  clientSecret: string
}

export interface Token {
  accessToken: string
  scopes: string[]
  /** The API base of the account's region with `/v2`, where Zoom names one that can be trusted. */
  apiUrl: string | null
  renewAtMs: number
}

export interface TokenSource {
  /** The shared token; waits for a new one when there is none or it is about to end. */
  token(): Promise<Token>
  /** Says that Zoom refused this token, so that the next `token()` asks for another. Harmless when it was replaced already. */
  discard(token: Token): void
}

/**
 * Server-to-server OAuth: https://developers.zoom.us/docs/internal-apps/s2s-oauth/. A token lives for an hour and has
 * no refresh token. Zoom may revoke the older of two tokens (OAuth error 4741), so there is one token for all, and one
 * request for it at a time.
 *
 * States: none → asked for → held → (60 s before its end, or discarded) none. A failed request leaves `none`.
 */
export function createTokenSource(
  credentials: Credentials,
  oauthUrl: string,
  limits: SendLimits,
  signal: AbortSignal | undefined,
  effects: ExchangeEffects,
): TokenSource {
  let held: Token | null = null
  let asked: Promise<Token> | null = null

  return {
    async token() {
      if (held !== null && effects.clock() < held.renewAtMs) return held
      asked ??= askForToken(credentials, tokenUrl(oauthUrl), limits, signal, effects)
        .then((token) => {
          held = token
          return token
        })
        .finally(() => {
          asked = null
        })
      return asked
    },
    discard(token) {
      if (held === token) held = null
    },
  }
}

const renewal_margin_ms = 60_000
const lifetime_seconds_default = 3600

const tokenBody = z.object({
  // Header-safe characters only: a line break in it would end the header.
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
  scope: z.string().optional().catch(undefined),
  api_url: z.string().optional().catch(undefined),
})

async function askForToken(
  { accountId, clientId, clientSecret }: Credentials,
  url: URL,
  limits: SendLimits,
  signal: AbortSignal | undefined,
  effects: ExchangeEffects,
): Promise<Token> {
  const askedAtMs = effects.clock()
  // A form body: with query parameters Zoom has been seen to answer 400 (forum 124925).
  const form = new URLSearchParams({ grant_type: 'account_credentials', account_id: accountId })
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  const outgoing = {
    method: 'POST' as const,
    url: url.href,
    path: url.pathname,
    headers: {
      authorization: `Basic ${basic}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    },
    body: form.toString(),
    credentials: [clientSecret, basic],
    secrets: [],
  }
  let body: unknown
  try {
    body = (await exchange(outgoing, limits, signal, effects)).body
  } catch (error) {
    throw error instanceof ZoomError ? refused(error) : error
  }
  const parsed = tokenBody.safeParse(body)
  if (!parsed.success) {
    throw new ZoomError({
      meaning: 'malformed',
      kind: 'transient',
      method: 'POST',
      path: url.pathname,
      remedy: 'The answer holds no access token: check ZOOM_OAUTH_URL, then run the command again.',
    })
  }
  const { access_token, expires_in = lifetime_seconds_default, scope = '', api_url } = parsed.data
  const lifetime_ms = expires_in * 1000
  return {
    accessToken: access_token,
    scopes: scope.split(/\s+/).filter((one) => one.length > 0),
    apiUrl: trustedApiUrl(api_url, url),
    // A token too short for the margin is used for half its life, rather than renewed before every request.
    renewAtMs: askedAtMs + Math.max(lifetime_ms - renewal_margin_ms, lifetime_ms / 2),
  }
}

/** A 4xx of the token endpoint means that the credentials do not work, whatever its text (the text for a wrong account id is not documented). */
function refused(error: ZoomError): ZoomError {
  const isRefusal = error.httpStatus !== null && error.httpStatus >= 400 && error.httpStatus < 500
  if (!isRefusal || ['rate_limited', 'daily_limit', 'timeout'].includes(error.meaning)) return error
  if (error.meaning === 'malformed') {
    return error.with({ remedy: 'This is not the answer of a token endpoint: check ZOOM_OAUTH_URL.' })
  }
  return error.with({
    meaning: 'bad_credentials',
    kind: 'terminal',
    remedy: remedyFor(error.zoomMessage ?? ''),
  })
}

function remedyFor(reason: string): string {
  const where = 'They stand on the page of the app at https://marketplace.zoom.us/ (Manage, App Credentials).'
  if (/disabled|deactivated/i.test(reason)) {
    return `Activate the app of ZOOM_CLIENT_ID. ${where}`
  }
  if (/grant/i.test(reason)) {
    return `ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET have to be those of a Server-to-Server OAuth app, and ZOOM_ACCOUNT_ID its account. ${where}`
  }
  return `Check ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET. ${where}`
}

/** `ZOOM_OAUTH_URL` may be the host alone or the whole address. */
function tokenUrl(oauthUrl: string): URL {
  const url = new URL(oauthUrl)
  if (url.pathname === '/') url.pathname = '/oauth/token'
  return url
}

/** The token's `api_url` decides where the token is sent next, so only Zoom's own hosts over TLS, or the host that issued the token, are believed. */
function trustedApiUrl(apiUrl: string | undefined, issuer: URL): string | null {
  if (apiUrl === undefined || !URL.canParse(apiUrl)) return null
  const url = new URL(apiUrl)
  const isZoom =
    url.protocol === 'https:' && /(^|\.)(zoom\.us|zoomgov\.com)$/.test(url.hostname) && url.port === ''
  if (!isZoom && url.origin !== issuer.origin) return null
  return `${url.origin}/v2`
}

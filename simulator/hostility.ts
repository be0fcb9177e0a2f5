import { createPrng, type Prng } from './prng.ts'
import type { Intercept, InterceptedAnswer, InterceptedRequest } from './server.ts'

/*
 * Zoom on a bad day. Every request has a plan: asked for the nth time it is disturbed in one way or answered, and
 * after a few disturbances it is answered for good. The plan hangs on the seed, the listing, the page's number and
 * n alone, so that the order in which requests happen to arrive changes nothing.
 *
 *   disturbed ──asked again──▶ disturbed ──…──▶ answered (perhaps slowly, oddly written, with rows of the page before)
 */

/** What can happen to one request, and how likely it is beside the others. */
const faults = {
  too_many: 6,
  server_error: 5,
  proxy_page: 4,
  reset: 5,
  cut_off: 4,
  error_with_200: 4,
  token_refused: 4,
  token_revoked: 1,
  token_expired: 4,
  token_repeated: 3,
  endless: 1,
  quota_spent: 1,
} as const
export type Fault = keyof typeof faults

/** What does no harm to the content: it has to be understood at once. */
const oddities = { slow: 2, numbers_as_text: 4, nulls: 4, new_fields: 4, rows_again: 6 } as const
export type Oddity = keyof typeof oddities

export interface HostilityOptions {
  seed: number | string
  /** How often a request is disturbed while it may be, 0 to 1. Default 0.35. */
  rate?: number
  /** Only these. Default: all. */
  faults?: readonly Fault[]
  oddities?: readonly Oddity[]
  /** How often the day's quota is spent; each ends a run. Default 1. */
  quotasSpentMax?: number
  clock?: () => number
}

export interface Hostility {
  intercept: Intercept
  /** What was done so far. */
  counts(): Readonly<Record<Fault | Oddity, number>>
}

/** Fewer than a client tries, so that patience always wins. */
const disturbancesMax = 3
/** Each makes the listing start again. */
const restartsMax = 2
const revocationsMax = 2
/** Lists that hold the rows of a page. */
const lists = [
  'participants',
  'registrants',
  'users',
  'webinars',
  'meetings',
  'history_meetings',
  'panelists',
  'tracking_sources',
  'questions',
  'custom_questions',
  'survey_answers',
] as const

type Body = Record<string, unknown>

/** A page's place in its listing. */
interface Page {
  listing: string
  number: number
}

export function createHostility(options: HostilityOptions): Hostility {
  const { seed, rate = 0.35, quotasSpentMax = 1, clock = Date.now } = options
  const faultKinds = options.faults ?? (Object.keys(faults) as Fault[])
  const oddityKinds = options.oddities ?? (Object.keys(oddities) as Oddity[])
  const counts = Object.fromEntries(
    [...Object.keys(faults), ...Object.keys(oddities)].map((kind) => [kind, 0]),
  ) as Record<Fault | Oddity, number>
  /** By token, the page it leads to. Zoom's tokens say nothing; whoever handed them out knows. */
  const pageOf = new Map<string, Page>()
  const asked = new Map<string, number>()
  const disturbed = new Map<string, number>()
  const restarts = new Map<string, number>()
  const lastRows = new Map<string, unknown[]>()
  const revoked = new Set<string>()

  return {
    counts: () => ({ ...counts }),
    async intercept(request, genuine) {
      const page = placeOf(request)
      const key = `${page.listing}#${page.number}`
      const nth = bump(asked, key)
      const chance = createPrng(`${seed}|${key}|${nth}`)
      const authorization = String(request.headers.authorization)
      if (revoked.has(authorization)) return tokenError('The token has been revoked.', 4741)

      const fault =
        (disturbed.get(key) ?? 0) < disturbancesMax && chance.chance(rate)
          ? weighted(chance, faults, faultKinds)
          : null
      if (fault !== null && isPossible(fault, request, page)) {
        const answer = await disturb(fault, request, genuine, page, chance)
        if (answer !== null) {
          bump(disturbed, key)
          counts[fault]++
          if (fault === 'token_revoked') revoked.add(authorization)
          if (fault === 'token_expired' || fault === 'token_repeated') bump(restarts, page.listing)
          return answer
        }
      }
      return oddly(await genuine(), page, chance)
    },
  }

  function placeOf({ path, query }: InterceptedRequest): Page {
    const { next_page_token: token = '', ...rest } = query
    const known = pageOf.get(token)
    if (known !== undefined) return known
    const parameters = Object.entries(rest).map(([name, value]) => `${name}=${value}`)
    return { listing: [path, ...parameters.sort()].join('&'), number: token === '' ? 1 : 0 }
  }

  function isPossible(fault: Fault, { path, query }: InterceptedRequest, page: Page): boolean {
    const hasToken = (query.next_page_token ?? '') !== ''
    switch (fault) {
      case 'token_expired':
      case 'token_repeated':
        return hasToken && (restarts.get(page.listing) ?? 0) < restartsMax
      case 'token_refused':
      case 'error_with_200':
        return path !== '/oauth/token'
      case 'token_revoked':
        return path !== '/oauth/token' && counts.token_revoked < revocationsMax
      case 'quota_spent':
        return path !== '/oauth/token' && counts.quota_spent < quotasSpentMax
      default:
        return true
    }
  }

  async function disturb(
    fault: Fault,
    { query }: InterceptedRequest,
    genuine: () => Promise<InterceptedAnswer>,
    page: Page,
    chance: Prng,
  ): Promise<InterceptedAnswer | null> {
    switch (fault) {
      case 'too_many':
        return tooMany(chance, clock())
      case 'quota_spent':
        return quotaSpent(chance, clock())
      case 'server_error':
        return serverError(chance)
      case 'proxy_page':
        return proxyPage(chance)
      case 'error_with_200':
        return errorWith200(chance)
      case 'token_refused':
      case 'token_revoked':
        return tokenError(chance.pick(['Access token is expired.', 'Invalid access token.']), 124, chance)
      case 'token_expired':
        return {
          status: chance.pick([400, 400, 200]),
          body: { code: 300, message: 'The next page token is invalid or expired.' },
        }
      case 'reset': {
        const bytes = bytesOf(await genuine())
        const resetAfterBytes = chance.int(0, Math.max(0, bytes.length - 1))
        return { status: 200, body: bytes, delivery: { resetAfterBytes } }
      }
      case 'cut_off': {
        const bytes = bytesOf(await genuine())
        return { status: 200, body: bytes.subarray(0, chance.int(0, bytes.length - 1)) }
      }
      case 'endless':
        return { status: 200, body: '', delivery: { dripEveryMs: chance.pick([20, 100_000]) } }
      case 'token_repeated': {
        const answer = await genuine()
        const body = JSON.parse(bytesOf(answer).toString()) as Body
        // The last page has none to give again.
        if (answer.status !== 200 || !body.next_page_token) return null
        remember(page, body)
        return { ...answer, body: { ...body, next_page_token: query.next_page_token } }
      }
      default:
        throw new TypeError(`unknown fault ${fault satisfies never}`)
    }
  }

  function oddly(answer: InterceptedAnswer, page: Page, chance: Prng): InterceptedAnswer {
    if (answer.status !== 200 || page.listing.startsWith('/oauth/token')) return answer
    const body = JSON.parse(bytesOf(answer).toString()) as Body
    const before = lastRows.get(`${page.listing}#${page.number - 1}`)
    const done = oddityKinds.filter((kind) => chance.chance(oddities[kind] / 10))
    for (const kind of done) {
      if (kind === 'numbers_as_text' || kind === 'nulls' || kind === 'new_fields') rewrite(body, kind, chance)
    }
    // As they were sent: what comes again is the same to the byte.
    remember(page, body)
    const isRepeated = done.includes('rows_again') && repeatRows(body, before, chance)
    for (const kind of done) if (kind !== 'rows_again' || isRepeated) counts[kind]++
    return {
      ...answer,
      body,
      ...(done.includes('slow') ? { delivery: { delayMs: chance.int(1, 40) } } : {}),
    }
  }

  function remember(page: Page, body: Body): void {
    const token = body.next_page_token
    if (typeof token !== 'string' || token === '') return
    pageOf.set(token, { listing: page.listing, number: page.number + 1 })
    lastRows.set(`${page.listing}#${page.number}`, structuredClone(rowsOf(body).slice(-3)))
  }
}

function bump(counter: Map<string, number>, key: string): number {
  const count = (counter.get(key) ?? 0) + 1
  counter.set(key, count)
  return count
}

function weighted<T extends string>(chance: Prng, weights: Record<T, number>, of: readonly T[]): T | null {
  let at = chance.next() * of.reduce((sum, kind) => sum + weights[kind], 0)
  for (const kind of of) {
    at -= weights[kind]
    if (at < 0) return kind
  }
  return null
}

function bytesOf({ body }: InterceptedAnswer): Buffer {
  if (Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

/** With and without the headers that say which limit and until when. */
function tooMany(chance: Prng, nowMs: number): InterceptedAnswer {
  const soon = new Date(nowMs + 2000).toISOString().replace(/\.\d+Z/, 'Z')
  return {
    status: chance.pick([429, 429, 200]),
    headers: chance.pick<Record<string, string>>([
      {},
      { 'retry-after': '1' },
      { 'retry-after': soon },
      { 'x-ratelimit-type': 'QPS', 'x-ratelimit-category': 'Heavy' },
      { 'x-ratelimit-type': 'QPS', 'retry-after': soon },
    ]),
    body: {
      code: 429,
      message: 'You have reached the maximum per-second rate limit for this API. Try again later.',
    },
  }
}

function quotaSpent(chance: Prng, nowMs: number): InterceptedAnswer {
  const midnight = new Date(Math.ceil((nowMs + 1) / 86_400_000) * 86_400_000).toISOString()
  return {
    status: 429,
    headers: chance.pick<Record<string, string>>([
      {},
      { 'x-ratelimit-type': 'Daily-limit', 'retry-after': midnight.replace('.000Z', 'Z') },
    ]),
    body: { code: 429, message: 'You have exceeded the daily rate limit of API requests permitted.' },
  }
}

function serverError(chance: Prng): InterceptedAnswer {
  const status = chance.pick([500, 502, 503, 504])
  return { status, body: chance.pick(['', { code: status, message: 'Internal Server Error' }]) }
}

const html = { 'content-type': 'text/html' }

/** From a gateway or a captive network in between. */
function proxyPage(chance: Prng): InterceptedAnswer {
  const body = '<html><head><title>Bad gateway</title></head><body><h1>Try later</h1></body></html>'
  return { status: chance.pick([502, 503, 200]), headers: html, body }
}

/** Zoom writes some errors with HTTP 200. */
function errorWith200(chance: Prng): InterceptedAnswer {
  const body = chance.pick([
    { code: 429, message: 'Too many requests.' },
    { code: 124, message: 'Access token is expired.' },
    { code: 500, message: 'Internal Server Error' },
  ])
  return { status: 200, body }
}

function tokenError(message: string, code: number, chance?: Prng): InterceptedAnswer {
  return { status: chance?.pick([401, 401, 400]) ?? 401, body: { code, message } }
}

/** The rows of a page: of its one list, or of the page itself where it is one row. */
function rowsOf(body: Body): Body[] {
  for (const name of lists) if (Array.isArray(body[name])) return body[name] as Body[]
  return []
}

/** Rows of the page before stand at the start of this one again, as when a listing grew between two pages. */
function repeatRows(body: Body, before: readonly unknown[] | undefined, chance: Prng): boolean {
  if (before === undefined || before.length === 0) return false
  rowsOf(body).unshift(...(structuredClone(before.slice(-chance.int(1, 3))) as Body[]))
  return true
}

function rewrite(body: Body, kind: 'numbers_as_text' | 'nulls' | 'new_fields', chance: Prng): void {
  for (const one of [body, ...rowsOf(body)]) {
    if (typeof one !== 'object' || one === null) continue
    if (kind === 'new_fields') {
      one.zoom_added_this = { note: 'yesterday', list: [1, null, 'é\u2028😀'] }
      one.added_flag = chance.chance(0.5)
      continue
    }
    for (const [name, value] of Object.entries(one)) {
      if (kind === 'numbers_as_text' && typeof value === 'number') one[name] = String(value)
      if (kind === 'nulls' && value === '') one[name] = null
    }
  }
}

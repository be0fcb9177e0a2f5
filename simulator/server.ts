import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Delivery, deliver } from './delivery.ts'
import { Fault } from './faults.ts'
import { createGateway, type Match } from './gateway.ts'
import { createRateLimits, type Label, type Plan, type RateLimits } from './limits.ts'
import type { Account } from './model.ts'
import { createOAuth, type OAuth } from './oauth.ts'
import { needPlan } from './plans.ts'
import type { Answer, Directory, Route } from './route.ts'
import { discoveryRoutes } from './routes/discovery.ts'
import { participantRoutes } from './routes/participants.ts'
import { registrantRoutes } from './routes/registrants.ts'
import { reportRoutes } from './routes/reports.ts'
import { webinarRoutes } from './routes/webinars.ts'
import { createRowTexts } from './rowtext.ts'
import { createPageTokens, type PageTokens, requestKey } from './tokens.ts'

export type { Plan } from './limits.ts'

export interface InterceptedRequest {
  /** Raw path with `/v2`, without the query. */
  path: string
  query: Readonly<Record<string, string>>
  headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface InterceptedAnswer {
  status: number
  headers?: Readonly<Record<string, string>>
  /** Sent as it is when a text or bytes, as JSON when anything else. */
  body: unknown
  delivery?: Delivery
}

/**
 * Answers in the simulator's place, to test faults; null leaves the request to it. Sees the token endpoint too.
 * @param genuine what the simulator would answer; asking counts as a request that was served
 */
export type Intercept = (
  request: InterceptedRequest,
  genuine: () => Promise<InterceptedAnswer>,
) => InterceptedAnswer | null | Promise<InterceptedAnswer | null>

export interface ServerOptions {
  account: Account
  /** Default: a free one. */
  port?: number
  /** Default `business`. */
  plan?: Plan
  /** Default true. */
  rateLimits?: boolean
  /** Rows that a page of any listing holds at most. Default 300, and 2000 for users. */
  pageSizeMax?: number
  /** Default one hour. */
  tokenLifetimeMs?: number
  /** Default 15 minutes. */
  pageTokenLifetimeMs?: number
  /** Granted scopes, classic or granular; one added later is in tokens issued later. Default: all granular ones. */
  scopes?: readonly string[]
  /** Milliseconds since 1970, for tokens and limits. Default `Date.now`. */
  clock?: () => number
  intercept?: Intercept
}

interface Stats {
  requests: number
  /** By route, as `/report/webinars/{id}/participants`. */
  byPath: Record<string, number>
  byLabel: Record<Label, number>
  /** Pages of participants. */
  pagesServed: number
  /** Answers of HTTP 429, intercepted ones not among them. */
  tooMany: number
}

interface LoggedRequest {
  path: string
  query: Readonly<Record<string, string>>
  status: number
}

export interface Simulator {
  /** `http://127.0.0.1:PORT/v2` */
  apiUrl: string
  /** The token endpoint, whole. */
  oauthUrl: string
  accountId: string
  clientId: string
  clientSecret: string
  stats(): Stats
  /** The requests so far, the last 100,000 at most, in order of arrival. */
  requests(): readonly LoggedRequest[]
  close(): Promise<void>
}

const logSize = 100_000

/** Serves an account on loopback. Rejects when the port is taken. */
export async function startSimulator(options: ServerOptions): Promise<Simulator> {
  const { account, plan = 'business', clock = Date.now } = options
  const routes: readonly Route[] = [
    ...participantRoutes(createRowTexts()),
    ...reportRoutes,
    ...discoveryRoutes,
    ...webinarRoutes,
    ...registrantRoutes,
  ]
  const scopes = options.scopes ?? routes.map((route) => route.granular[0] as string)
  let origin = ''
  const state: State = {
    options,
    plan,
    pageSizeMax: options.pageSizeMax ?? Number.POSITIVE_INFINITY,
    gateway: createGateway(routes),
    directory: index(account),
    tokens: createPageTokens(account.clientSecret, options.pageTokenLifetimeMs ?? 15 * 60_000, clock),
    oauth: createOAuth(account, scopes, () => origin, options.tokenLifetimeMs ?? 3_600_000, clock),
    limits: options.rateLimits === false ? null : createRateLimits(plan, clock),
    log: [],
    stats: {
      requests: 0,
      byPath: {},
      byLabel: { light: 0, medium: 0, heavy: 0, resource_intensive: 0 },
      pagesServed: 0,
      tooMany: 0,
    },
  }
  const server = createServer((request, response) => {
    handle(state, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else void send(response, 500, { code: 500, message: `The simulator failed: ${String(error)}` }, {})
    })
  })
  // Longer than clients keep an idle connection, so that none is closed under a request.
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    apiUrl: `${origin}/v2`,
    oauthUrl: `${origin}/oauth/token`,
    accountId: account.id,
    clientId: account.clientId,
    clientSecret: account.clientSecret,
    stats: () => structuredClone(state.stats),
    requests: () => state.log.slice(),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
  }
}

interface State {
  options: ServerOptions
  plan: Plan
  pageSizeMax: number
  gateway: ReturnType<typeof createGateway>
  directory: Directory
  tokens: PageTokens
  oauth: OAuth
  limits: RateLimits | null
  log: LoggedRequest[]
  stats: Stats
}

function index(account: Account): Directory {
  return {
    account,
    webinars: new Map(account.webinars.map((webinar) => [webinar.id, webinar])),
    instances: new Map(account.instances.map((instance) => [instance.uuid, instance])),
    meetingIds: new Set(account.meetings.flatMap(({ id, uuid }) => [String(id), uuid])),
    meetings: account.meetings,
  }
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '/'
  const cut = url.indexOf('?')
  const path = cut < 0 ? url : url.slice(0, cut)
  const query = new URLSearchParams(cut < 0 ? '' : url.slice(cut + 1))
  const logged: { -readonly [K in keyof LoggedRequest]: LoggedRequest[K] } = {
    path,
    query: Object.fromEntries(query),
    status: 0,
  }
  state.stats.requests++
  state.log.push(logged)
  if (state.log.length > logSize * 1.1) state.log.splice(0, state.log.length - logSize)
  const serve = async () =>
    path === '/oauth/token' ? await issueToken(state, request, query) : call(state, request, path, query)
  const seen = { path, query: logged.query, headers: request.headers }
  const intercepted = (await state.options.intercept?.(seen, serve)) ?? null
  const answer = intercepted ?? (await serve())
  // What nobody read of the request would keep its connection from taking the next.
  request.resume()
  logged.status = answer.status
  await send(response, answer.status, answer.body, { ...answer.headers }, intercepted?.delivery)
}

interface Reply {
  status: number
  body: unknown
  headers: Readonly<Record<string, string>>
}

async function issueToken(state: State, request: IncomingMessage, query: URLSearchParams): Promise<Reply> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const parameters = new URLSearchParams(Buffer.concat(chunks).toString())
  for (const [name, value] of query) parameters.set(name, value)
  if (request.method !== 'POST')
    return { status: 405, body: { reason: 'Method not allowed', error: 'invalid_request' }, headers: {} }
  return { ...state.oauth.answer({ authorization: request.headers.authorization, parameters }), headers: {} }
}

/** Order as at Zoom's front: token, route, scope, quota, plan, then the route itself. */
function call(state: State, request: IncomingMessage, path: string, query: URLSearchParams): Reply {
  request.resume()
  try {
    const session = state.oauth.check(request.headers.authorization)
    if ('code' in session) throw new Fault(401, session.code, session.message)
    const match = path.startsWith('/v2/') && request.method === 'GET' ? state.gateway(path.slice(3)) : null
    if (match === null) throw new Fault(400, 2300, 'This API endpoint is not recognized.')
    const { route } = match
    state.stats.byPath[route.name] = (state.stats.byPath[route.name] ?? 0) + 1
    state.stats.byLabel[route.label]++
    needScope(route, session.scopes)
    const headers = state.limits?.(route.label) ?? {}
    const denied = needPlan(route, state.plan, state.directory.account.id)
    if (denied !== null) return { ...denied, headers }
    const body = answerOf(state, match, path, query)
    if (body instanceof Buffer) state.stats.pagesServed++
    return { status: 200, body, headers }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    if (error.status === 429) state.stats.tooMany++
    return error
  }
}

function needScope({ granular, classic }: Route, scopes: ReadonlySet<string>): void {
  if ([...granular, ...classic].some((scope) => scopes.has(scope))) return
  throw new Fault(400, 4711, `Invalid access token, does not contain scopes:[${granular.join(', ')}].`)
}

function answerOf(state: State, { route, id, subId }: Match, path: string, query: URLSearchParams): Answer {
  const { directory, tokens, plan, pageSizeMax } = state
  return route.answer({
    directory,
    id,
    subId,
    query,
    key: requestKey(path, query),
    tokens,
    plan,
    pageSizeMax,
  })
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  delivery?: Delivery,
): Promise<void> {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const all = {
    'content-type': 'application/json;charset=UTF-8',
    'x-zm-trackingid': 'v=2.0;clid=sim;rid=WEB_simulated',
    ...headers,
  }
  return deliver(response, status, bytes, all, delivery)
}

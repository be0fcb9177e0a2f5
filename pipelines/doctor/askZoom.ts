import { createZoomClient, type ZoomClient, type ZoomClientEffects } from '../../extract/zoom/client.ts'
import type { DailyUse } from '../../extract/zoom/dailyBudget.ts'
import { endpointFor } from '../../extract/zoom/endpoints/catalogue.ts'
import { ZoomError } from '../../extract/zoom/errors.ts'
import type { AnswerHead } from '../../extract/zoom/exchange.ts'
import type { Config, ZoomCredentials } from '../config.ts'
import { findReach } from './reach.ts'

/** What Zoom itself says of the account, a dozen requests in all. An error stands where an answer was refused. */
export interface ZoomFacts {
  scopes: string[]
  users: AskedUser[] | ZoomError
  /** Hosts asked for their webinars: null is a listing, an error its refusal. */
  hosts: (ZoomError | null)[]
  dashboard: 'open' | ZoomError
  /** Earliest day of the account history, `YYYY-MM-DD`; null where not even today is accepted. */
  reach: string | null | ZoomError
}

interface AskedUser {
  id: string
  /** Zoom's user type 2: may host webinars, if the add-on is assigned too. */
  isLicensed: boolean
}

export interface AskedZoom {
  /** Or why there is no token. */
  facts: ZoomFacts | ZoomError
  heads: AnswerHead[]
  /** Requests sent for this, by label. */
  used: DailyUse
}

/** Five hosts without the add-on are taken for an account without it. */
const hosts_max = 5
/** Whoever runs the doctor waits for it: short pauses, two attempts. */
const patience = { timeoutMs: 20_000, maxAttempts: 2, pause_ms_max: 3000 }

/** Asks Zoom what a sync would need to know. Sends read requests only, one of them resource-intensive. */
export async function askZoom(
  config: Config,
  credentials: ZoomCredentials,
  effects: Required<Pick<ZoomClientEffects, 'clock' | 'sleep'>> &
    ZoomClientEffects & { signal?: AbortSignal },
): Promise<AskedZoom> {
  const heads: AnswerHead[] = []
  const client = createZoomClient(
    {
      ...credentials,
      apiUrl: config.apiUrl,
      oauthUrl: config.oauthUrl,
      plan: config.plan,
      timeoutMs: patience.timeoutMs,
      maxAttempts: patience.maxAttempts,
      signal: effects.signal,
    },
    {
      ...effects,
      sleep: (ms, signal) => effects.sleep(Math.min(ms, patience.pause_ms_max), signal),
      onAnswer: (head) => heads.push(head),
    },
  )
  try {
    const scopes = await orError(client.scopes())
    const facts = scopes instanceof ZoomError ? scopes : await factsWith(client, scopes, effects.clock)
    return { facts, heads, used: client.used() }
  } finally {
    await client.close()
  }
}

async function factsWith(client: ZoomClient, scopes: string[], clock: () => number): Promise<ZoomFacts> {
  const users = await orError(listUsers(client))
  const today = new Date(clock()).toISOString().slice(0, 10)
  return {
    scopes,
    users,
    hosts: users instanceof ZoomError ? [] : await askHosts(client, users),
    dashboard: await orError(listInstances(client, 'metrics', today).then(() => 'open' as const)),
    reach: await orError(findReach(clock(), (day) => isInHistory(client, day))),
  }
}

async function listUsers(client: ZoomClient): Promise<AskedUser[]> {
  const endpoint = endpointFor('users', 'users')
  const { path, query } = endpoint.request({ key: 'account' })
  const page = endpoint.parse((await client.get(endpoint.label, path, query)).body)
  return page.rows.map(({ row }) => ({ id: String(row.user_id), isLicensed: row.user_type === 2 }))
}

/** Until one has a listing, licensed users first. */
async function askHosts(client: ZoomClient, users: readonly AskedUser[]): Promise<(ZoomError | null)[]> {
  const endpoint = endpointFor('webinars', 'users')
  const answers: (ZoomError | null)[] = []
  const likely = [...users].sort((a, b) => Number(b.isLicensed) - Number(a.isLicensed)).slice(0, hosts_max)
  for (const { id } of likely) {
    const { path, query } = endpoint.request({ key: `user:${id}`, userId: id })
    const answer = await orError(client.get(endpoint.label, path, query).then(() => null))
    answers.push(answer)
    if (answer === null) break
  }
  return answers
}

async function isInHistory(client: ZoomClient, day: string): Promise<boolean> {
  const refusal = await orError(listInstances(client, 'history_meetings', day).then(() => null))
  if (refusal === null) return true
  // "Invalid parameter: from." comes with and without the words about six months.
  if (refusal.meaning === 'expired' || refusal.code === 300) return false
  throw refusal
}

async function listInstances(
  client: ZoomClient,
  source: 'metrics' | 'history_meetings',
  day: string,
): Promise<void> {
  const endpoint = endpointFor('instances', source)
  const { path, query } = endpoint.request({ key: 'doctor', from: day, to: day })
  await client.get(endpoint.label, path, query)
}

async function orError<T>(work: Promise<T>): Promise<T | ZoomError> {
  try {
    return await work
  } catch (error) {
    if (error instanceof ZoomError) return error
    throw error
  }
}

import { request } from 'undici'
import { onTestFinished } from 'vitest'
import { type Account, type AccountOptions, createAccount } from '../../simulator/account.ts'
import { type ServerOptions, type Simulator, startSimulator } from '../../simulator/server.ts'

export const now = new Date('2026-05-01T00:00:00Z')

export interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  // biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, each checked where it is read
  body: any
}

/** A client that knows nothing of the project's own: raw paths in, bodies out. */
export interface Client {
  simulator: Simulator
  account: Account
  token: string
  /** `path` below `/v2`, already encoded, with its query. */
  get(path: string, token?: string): Promise<Reply>
  /** All rows of a listing, page after page. */
  all<T = Record<string, unknown>>(path: string, field: string): Promise<T[]>
}

export async function login(simulator: Simulator): Promise<Reply> {
  return post(simulator, `grant_type=account_credentials&account_id=${simulator.accountId}`)
}

export async function post(simulator: Simulator, body: string, authorization?: string): Promise<Reply> {
  const basic = Buffer.from(`${simulator.clientId}:${simulator.clientSecret}`).toString('base64')
  const answer = await request(simulator.oauthUrl, {
    method: 'POST',
    headers: {
      authorization: authorization ?? `Basic ${basic}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body,
  })
  return { status: answer.statusCode, headers: answer.headers, body: await answer.body.json() }
}

/** Serves an account for the rest of the test. */
export async function connect(
  accountOptions: AccountOptions = {},
  options: Omit<ServerOptions, 'account'> = {},
): Promise<Client> {
  const account = createAccount({ now, ...accountOptions })
  const simulator = await startSimulator({ account, rateLimits: false, ...options })
  onTestFinished(() => simulator.close())
  const { access_token: token } = (await login(simulator)).body
  const get: Client['get'] = async (path, bearer = token) => {
    const answer = await request(simulator.apiUrl + path, { headers: { authorization: `Bearer ${bearer}` } })
    return { status: answer.statusCode, headers: answer.headers, body: await answer.body.json() }
  }
  return {
    simulator,
    account,
    token,
    get,
    async all(path, field) {
      const rows = []
      let next = ''
      do {
        const joint = path.includes('?') ? '&' : '?'
        const { status, body } = await get(next === '' ? path : `${path}${joint}next_page_token=${next}`)
        if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)} for ${path}`)
        rows.push(...body[field])
        next = body.next_page_token
      } while (next !== '')
      return rows
    },
  }
}

/** Twice, as Zoom demands for the awkward ones and takes for all. */
export const twice = (uuid: string) => encodeURIComponent(encodeURIComponent(uuid))
export const once = encodeURIComponent

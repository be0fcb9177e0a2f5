import { Agent } from 'undici'
import type { Asked, Served } from './account.ts'

/** An access token of a simulated account. */
export async function tokenOf(account: Served): Promise<string> {
  const secret = Buffer.from(`${account.clientId}:${account.clientSecret}`).toString('base64')
  const response = await fetch(account.oauthUrl, {
    method: 'POST',
    headers: { authorization: `Basic ${secret}` },
    body: new URLSearchParams({ grant_type: 'account_credentials', account_id: account.accountId }),
  })
  const { access_token } = (await response.json()) as { access_token: string }
  return access_token
}

/**
 * Reads listings page after page, 16 at a time, and throws what it reads away but for the token of the next page.
 * @returns how many pages and bytes came
 */
export async function readListings(
  account: Served,
  listings: Asked['listings'],
): Promise<{ pages: number; bytes: number }> {
  const agent = new Agent({ connections: 16, pipelining: 1 })
  const { origin } = new URL(account.apiUrl)
  const headers = { authorization: `Bearer ${await tokenOf(account)}`, accept: 'application/json' }
  const left = listings.values()
  let pages = 0
  let bytes = 0
  const worker = async () => {
    for (const { path, query } of left) {
      for (let token: string | null = ''; token !== null; ) {
        const search = new URLSearchParams(token === '' ? query : { ...query, next_page_token: token })
        const { body } = await agent.request({ origin, path: `${path}?${search}`, method: 'GET', headers })
        const answer = Buffer.from(await body.arrayBuffer())
        pages++
        bytes += answer.length
        token = nextTokenIn(answer)
      }
    }
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  await agent.close()
  return { pages, bytes }
}

const name = Buffer.from('"next_page_token":"')

/** Found among the bytes: parsing them would be work. */
function nextTokenIn(answer: Buffer): string | null {
  const at = answer.indexOf(name)
  if (at < 0) return null
  const start = at + name.length
  return answer.toString('latin1', start, answer.indexOf('"', start)) || null
}

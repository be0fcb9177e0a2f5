import type { Account } from './model.ts'

/** The token endpoint. Its errors have `reason` and `error`, unlike the API's. */
export interface OAuth {
  answer(request: { authorization: string | undefined; parameters: URLSearchParams }): {
    status: number
    body: Record<string, unknown>
  }
  /** The scopes of a token, or why it is refused: `Token cannot be empty.` (4700), invalid or expired (124). */
  check(
    authorization: string | undefined,
  ): { scopes: ReadonlySet<string> } | { code: number; message: string }
}

/**
 * Tokens count up, so the same run gives the same tokens. Several are good at once. A token has the scopes that the app
 * had when it was issued: whoever grants one later adds it to `scopes`.
 */
export function createOAuth(
  account: Account,
  scopes: readonly string[],
  apiUrl: () => string,
  lifetimeMs: number,
  clock: () => number,
): OAuth {
  const issued = new Map<string, { expiresAt: number; scopes: ReadonlySet<string> }>()
  const refuse = (error: string, reason: string) => ({ status: 400, body: { reason, error } })
  return {
    answer({ authorization, parameters }) {
      if (!authorization?.startsWith('Basic ')) return refuse('invalid_client', 'Invalid client credentials')
      const given = Buffer.from(authorization.slice(6), 'base64').toString()
      if (given !== `${account.clientId}:${account.clientSecret}`)
        return refuse('invalid_client', 'Invalid client_id or client_secret')
      if (parameters.get('grant_type') !== 'account_credentials')
        return refuse('unsupported_grant_type', 'unsupported grant type')
      if (parameters.get('account_id') !== account.id) return refuse('invalid_request', 'Bad Request')
      const token = Buffer.from(`simulated-token-${account.seed}-${issued.size + 1}`).toString('base64url')
      issued.set(token, { expiresAt: clock() + lifetimeMs, scopes: new Set(scopes) })
      return {
        status: 200,
        body: {
          access_token: token,
          token_type: 'bearer',
          expires_in: Math.max(1, Math.floor(lifetimeMs / 1000)),
          scope: scopes.join(' '),
          api_url: apiUrl(),
        },
      }
    },
    check(authorization) {
      const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1]
      if (token === undefined) return { code: 4700, message: 'Token cannot be empty.' }
      const found = issued.get(token)
      if (found === undefined) return { code: 124, message: 'Invalid access token.' }
      if (clock() >= found.expiresAt) return { code: 124, message: 'Access token is expired.' }
      return { scopes: found.scopes }
    },
  }
}

import { createHash, timingSafeEqual } from 'node:crypto'
import { badToken } from './faults.ts'

/**
 * Page tokens: opaque, good for 15 minutes, and for the very request that got them (path and all parameters, the
 * page size among them). Nothing is remembered: a token carries its offset and a signature.
 */
export interface PageTokens {
  issue(request: string, offset: number): string
  /** The offset; throws code 300 where the token is garbled, expired or of another request. */
  read(request: string, token: string): number
}

export function createPageTokens(secret: string, lifetimeMs: number, clock: () => number): PageTokens {
  const sign = (text: string) => createHash('sha256').update(`${secret}|${text}`).digest().subarray(0, 9)
  return {
    issue(request, offset) {
      const payload = `${offset.toString(36)}.${clock().toString(36)}`
      const seal = sign(`${payload}|${request}`)
      return Buffer.concat([seal, Buffer.from(payload)]).toString('base64url')
    },
    read(request, token) {
      const bytes = Buffer.from(token, 'base64url')
      if (bytes.length < 12 || bytes.toString('base64url') !== token) throw badToken()
      const payload = bytes.subarray(9).toString()
      if (!timingSafeEqual(bytes.subarray(0, 9), sign(`${payload}|${request}`))) throw badToken()
      const [offset, issuedAt] = payload.split('.').map((part) => Number.parseInt(part, 36)) as [
        number,
        number,
      ]
      if (clock() - issuedAt > lifetimeMs) throw badToken()
      return offset
    },
  }
}

/** What a page token is bound to: the path and the parameters in any order, less the token itself. */
export function requestKey(path: string, query: URLSearchParams): string {
  const parts = [...query]
    .filter(([name]) => name !== 'next_page_token')
    .map(([name, value]) => `${name}=${value}`)
  return [path, ...parts.sort()].join('&')
}

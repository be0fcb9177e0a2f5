import type { ZoomError } from '../../extract/zoom/errors.ts'
import type { Config } from '../config.ts'
import { hints } from '../config.ts'
import { type Finding, ok, problem } from './finding.ts'

/** The credentials that are not set. Empty means that a token can be asked for. */
export function missingCredentials(config: Config): string[] {
  return [
    config.accountId === undefined && 'ZOOM_ACCOUNT_ID',
    config.clientId === undefined && 'ZOOM_CLIENT_ID',
    config.clientSecret === undefined && 'ZOOM_CLIENT_SECRET',
  ].filter((name) => name !== false)
}

/** @param refusal why Zoom gave no token; null where it gave one, undefined where it was not asked */
export function checkCredentials(config: Config, refusal: ZoomError | null | undefined): Finding {
  const missing = missingCredentials(config)
  if (missing.length > 0) {
    return problem('credentials', `${missing.join(', ')} not set`, {
      cost: 'Zoom cannot be asked for anything; what is on disk can still be modeled, loaded and imported',
      remedy: `Find the values on ${hints.ZOOM_CLIENT_ID} and put them into .env; to try rollcall without an account: npm run demo.`,
    })
  }
  if (refusal === null) return ok('credentials', `Zoom issued a token for account ${config.accountId}`)
  const isRefused = refusal?.meaning === 'bad_credentials'
  return problem(
    'credentials',
    isRefused
      ? `Zoom refused them${refusal.zoomMessage ? `: "${refusal.zoomMessage}"` : ''}`
      : `no token could be had (${refusal?.meaning ?? 'not asked'})`,
    { cost: 'nothing can be read from Zoom', remedy: refusal?.remedy ?? null },
  )
}

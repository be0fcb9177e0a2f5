import { dataStreams } from '../streams.ts'
import type { Endpoint } from './endpoint.ts'
import { endpointsOf } from './endpoints/catalogue.ts'

/** Whether a token with these scopes opens an endpoint. `:master` opens what `:admin` does. */
export function opens(granted: readonly string[], endpoint: Endpoint): boolean {
  const has = new Set(granted.map((scope) => scope.replace(/:master$/, ':admin')))
  return endpoint.scopes.some((scope) => has.has(scope))
}

/**
 * The endpoints that scopes granted since `before` have opened; none where either is not known (a token may name no
 * scopes at all).
 */
export function openedSince(before: readonly string[] | undefined, granted: readonly string[]): Endpoint[] {
  if (before === undefined || before.length === 0) return []
  return dataStreams
    .flatMap(endpointsOf)
    .filter((endpoint) => opens(granted, endpoint) && !opens(before, endpoint))
}

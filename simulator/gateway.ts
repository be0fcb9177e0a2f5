import type { Route } from './route.ts'

export interface Match {
  route: Route
  id: string
  subId: string
}

/** Finds the route of a raw request path. */
export type Gateway = (rawPath: string) => Match | null

/**
 * Paths are read as Zoom's front does: decoded once and with repeated slashes folded before a route is chosen, and
 * decoded a second time in the id. So a uuid that begins with `/` or holds `//` arrives whole only when it was
 * encoded twice; encoded once it loses slashes and names nothing.
 */
export function createGateway(routes: readonly Route[]): Gateway {
  const escaped = (name: string) => name.replace('{id}', '(.+)').replace('{sub}', '([^/]+)')
  const table = routes
    .map((route) => ({ route, pattern: new RegExp(`^${escaped(route.name)}$`) }))
    .sort((a, b) => rank(b.route) - rank(a.route))
  return (rawPath) => {
    const path = decoded(rawPath).replace(/\/{2,}/g, '/')
    for (const { route, pattern } of table) {
      const match = pattern.exec(path)
      if (match !== null) return { route, id: decoded(match[1] ?? ''), subId: decoded(match[2] ?? '') }
    }
    return null
  }
}

/** Fixed words outrank ids: `registrants/questions` before `registrants/{sub}`, both before `{id}` alone. */
function rank({ name }: Route): number {
  const words = name.split('/').filter((part) => part !== '' && !part.startsWith('{')).length
  return words * 10 + name.split('/').length
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

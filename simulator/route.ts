import { Fault } from './faults.ts'
import type { Label, Plan } from './limits.ts'
import type { Account, Instance, Meeting, Webinar } from './model.ts'
import type { PageTokens } from './tokens.ts'

/** The account as routes look things up in it. */
export interface Directory {
  account: Account
  webinars: ReadonlyMap<number, Webinar>
  instances: ReadonlyMap<string, Instance>
  meetingIds: ReadonlySet<string>
  meetings: readonly Meeting[]
}

/** One API call, as a route sees it. */
export interface Call {
  directory: Directory
  /** The id in the path, decoded; empty where there is none. */
  id: string
  /** The second id in the path, where there are two. */
  subId: string
  query: URLSearchParams
  /** What page tokens are bound to. */
  key: string
  tokens: PageTokens
  plan: Plan
  /** Rows a page holds at most, whatever was asked for. */
  pageSizeMax: number
}

/** A body to serialise, or one that is already. */
export type Answer = Record<string, unknown> | Buffer

export interface Route {
  /** The path below `/v2`, with `{id}` and, for a second one, `{sub}`. */
  name: string
  label: Label
  /** Any of these opens the route. */
  granular: readonly string[]
  classic: readonly string[]
  /** Cheapest plan that may ask. */
  plan: Plan
  answer(call: Call): Answer
}

const classics = {
  report: ['report:read:admin'],
  webinar: ['webinar:read:admin', 'webinar:read'],
  dashboard: ['dashboard_webinars:read:admin', 'dashboard:read:admin'],
  user: ['user:read:admin', 'user:read', 'user:write:admin', 'user:write'],
} as const

/** A route with the scopes of its family. A webinar scope exists with and without `:admin`, the others with it only. */
export function route(
  name: string,
  label: Label,
  family: keyof typeof classics,
  scope: string,
  answer: (call: Call) => Answer,
): Route {
  const action = `${family}:read:${scope}`
  const granular = family === 'webinar' ? [`${action}:admin`, action] : [`${action}:admin`]
  const plan = family === 'dashboard' ? 'business' : family === 'user' ? 'free' : 'pro'
  return { name, label, granular, classic: classics[family], plan, answer }
}

/** The latest instance of a numeric id, or the instance of a uuid. Throws what Zoom answers where there is none. */
export function instanceAt(call: Call, missing: (id: string) => Fault): Instance {
  const { directory, id } = call
  if (directory.meetingIds.has(id)) throw new Fault(400, 300, `Can not access meeting info, ${id}`)
  const found = /^\d+$/.test(id) ? latestOf(directory.webinars.get(Number(id))) : directory.instances.get(id)
  if (found === undefined) throw missing(id)
  return found
}

function latestOf(webinar: Webinar | undefined): Instance | undefined {
  return webinar?.instances.reduce<Instance | undefined>(
    (latest, instance) => (latest === undefined || instance.start > latest.start ? instance : latest),
    undefined,
  )
}

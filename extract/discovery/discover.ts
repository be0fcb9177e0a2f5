import { type CaptureContext, type CaptureOutcome, captureFromSource, noteUnasked } from '../capture.ts'
import { inPool } from '../pool.ts'
import type { DataStream, Source, Subject } from '../streams.ts'
import { type AskedWebinarsOptions, askedWebinars } from './askedWebinars.ts'
import { allUsers, hostUsers } from './hosts.ts'
import { monthWindows, type Window } from './windows.ts'

export interface DiscoveryOptions extends AskedWebinarsOptions {
  /** First and last moment to look for instances; the lists reach back six months at most. */
  listed: { since: Date; until: Date }
  concurrency: number
  /** Told how many of the lists at hand were read. */
  onList?(done: number, total: number): void
}

/** A discovery route and what came of it, for the summary: a route that is denied costs completeness and is named. */
export interface Route {
  stream: DataStream
  source: Source
  outcomes: CaptureOutcome[]
}

/**
 * Finds webinars and their instances by every route the account allows: the account's history report, the dashboard's
 * list, the scheduled webinars of each user, reports of users (of hosts only, for months that the history report has
 * whole), and the past instances of webinar ids that any of these gave and that may have new ones. Each answer is a capture in the raw zone; the
 * union by uuid is taken there. What was not asked, and why, is a capture too.
 *
 * Order matters: users first (two routes go by user), then the lists that tell who hosts, then the others, then details
 * of webinars, see `askedWebinars`.
 */
export async function discover(context: CaptureContext, options: DiscoveryOptions): Promise<Route[]> {
  const routes = new Map<string, Route>()
  const add = (stream: DataStream, source: Source, outcome: CaptureOutcome) => {
    const name = `${stream}|${source}`
    const route = routes.get(name) ?? { stream, source, outcomes: [] }
    route.outcomes.push(outcome)
    routes.set(name, route)
  }
  const read = async (stream: DataStream, source: Source, subject: Subject) => {
    const outcome = await captureFromSource(context, stream, source, subject)
    add(stream, source, outcome)
    return outcome
  }
  const inTurn = async (lists: (() => Promise<unknown>)[]) => {
    let done = 0
    await inPool(lists, options.concurrency, async (list) => {
      await list()
      done += 1
      options.onList?.(done, lists.length)
    })
    await context.zone.show()
  }
  const windows = monthWindows(options.listed.since, options.listed.until)

  await read('users', 'users', { key: 'account' })
  await context.zone.show()
  const all = await allUsers(options.dataDir, options.accountId)

  const whole = new Set<Window>()
  await inTurn([
    ...windows.map((window) => async () => {
      const { verdict } = await read('instances', 'history_meetings', windowSubject('window', window))
      if (verdict.status === 'complete' || verdict.status === 'empty') whole.add(window)
    }),
    ...all.map((userId) => () => read('webinars', 'users', { key: `user:${userId}`, userId })),
  ])

  const hosts = await hostUsers(options.dataDir, options.accountId)
  const askedOf = (window: Window) => (whole.has(window) ? hosts : all)
  await inTurn([
    // The slowest first: Zoom allows ten or twenty of these a minute.
    ...windows.map((window) => () => read('instances', 'metrics', windowSubject('dashboard', window))),
    ...windows.flatMap((window) =>
      askedOf(window).map((userId) => () => {
        const subject = { ...windowSubject(`user:${userId}`, window), userId }
        return read('instances', 'user_reports', subject)
      }),
    ),
    ...windows
      .filter((window) => askedOf(window).length < all.length)
      .map((window) => async () => {
        const unasked = all.length - askedOf(window).length
        const reason = `not asked of ${unasked} users who host no webinars: the account's history report has these days whole`
        const subject = windowSubject('users', window)
        add(
          'instances',
          'user_reports',
          await noteUnasked(context, 'instances', 'user_reports', subject, reason),
        )
      }),
  ])

  const webinarIds = await askedWebinars(options, whole.size === windows.length)
  await inPool(webinarIds, options.concurrency, async (webinarId) => {
    const subject = { key: `webinar:${webinarId}`, webinarId }
    await read('webinars', 'webinars', subject)
    await read('instances', 'past_webinars', subject)
  })
  await context.zone.show()
  return [...routes.values()]
}

function windowSubject(prefix: string, window: Window): Subject {
  return { key: `${prefix}:${window.from}..${window.to}`, from: window.from, to: window.to }
}

import { type CaptureContext, type CaptureOutcome, captureFromSource } from '../capture.ts'
import { inPool } from '../pool.ts'
import { queryRaw } from '../raw/query.ts'
import type { DataStream, Source, Subject } from '../streams.ts'
import { monthWindows, type Window } from './windows.ts'

export interface DiscoveryOptions {
  dataDir: string
  accountId: string
  /** First and last moment to look for instances; the lists reach back six months at most. */
  listed: { since: Date; until: Date }
  /** Webinar ids the user names; found even where no list has them. */
  webinarIds: readonly number[]
  concurrency: number
}

/** A discovery route and what came of it, for the summary: a route that is denied costs completeness and is named. */
export interface Route {
  stream: DataStream
  source: Source
  outcomes: CaptureOutcome[]
}

/**
 * Finds webinars and their instances by every route the account allows: the account's history report, each user's
 * report, the dashboard's list, the scheduled webinars of each user, and the past instances of every webinar id
 * any of these gave. Each answer is a capture in the raw zone; the union by uuid is taken there.
 *
 * Order matters: users first (two routes go by user), then lists, then details of every webinar id now known.
 */
export async function discover(context: CaptureContext, options: DiscoveryOptions): Promise<Route[]> {
  const routes = new Map<string, Route>()
  const read = async (stream: DataStream, source: Source, subject: Subject) => {
    const outcome = await captureFromSource(context, stream, source, subject)
    const name = `${stream}|${source}`
    const route = routes.get(name) ?? { stream, source, outcomes: [] }
    route.outcomes.push(outcome)
    routes.set(name, route)
    return outcome
  }
  const windows = monthWindows(options.listed.since, options.listed.until)

  await read('users', 'users', { key: 'account' })
  await context.zone.flush()
  const users = await knownUsers(options)

  const lists: (() => Promise<unknown>)[] = []
  for (const window of windows) {
    lists.push(() => read('instances', 'history_meetings', windowSubject('window', window)))
    lists.push(() => read('instances', 'metrics', windowSubject('dashboard', window)))
  }
  for (const userId of users) {
    lists.push(() => read('webinars', 'users', { key: `user:${userId}`, userId }))
    for (const window of windows) {
      lists.push(() =>
        read('instances', 'user_reports', { ...windowSubject(`user:${userId}`, window), userId }),
      )
    }
  }
  await inPool(lists, options.concurrency, async (list) => {
    await list()
  })
  await context.zone.flush()

  const webinarIds = await knownWebinars(options)
  await inPool(webinarIds, options.concurrency, async (webinarId) => {
    const subject = { key: `webinar:${webinarId}`, webinarId }
    await read('webinars', 'webinars', subject)
    await read('instances', 'past_webinars', subject)
  })
  await context.zone.flush()
  return [...routes.values()]
}

function windowSubject(prefix: string, window: Window): Subject {
  return { key: `${prefix}:${window.from}..${window.to}`, from: window.from, to: window.to }
}

async function knownUsers({ dataDir, accountId }: DiscoveryOptions): Promise<string[]> {
  const rows = await queryRaw<{ user_id: string }>(
    dataDir,
    `select distinct user_id from raw.users where account_id = $account and user_id is not null order by user_id`,
    { account: accountId },
  )
  return rows.map((row) => row.user_id)
}

/** Every webinar id any route or earlier run saw, and those the user named. */
async function knownWebinars({ dataDir, accountId, webinarIds }: DiscoveryOptions): Promise<number[]> {
  const rows = await queryRaw<{ webinar_id: number }>(
    dataDir,
    `select distinct webinar_id
     from (
         select webinar_id from raw.instances where account_id = $account
         union all
         select webinar_id from raw.webinars where account_id = $account
     )
     where webinar_id is not null
     order by webinar_id`,
    { account: accountId },
  )
  const known = rows.map((row) => row.webinar_id)
  return webinarIds.length > 0 ? [...new Set(webinarIds)] : known
}

import { type DataStream, dataStreams, type Source } from '../../extract/streams.ts'
import type { Endpoint } from '../../extract/zoom/endpoint.ts'
import { endpointsOf } from '../../extract/zoom/endpoints/catalogue.ts'
import { opens } from '../../extract/zoom/scopes.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

/** What is lost when no source of a stream is open. */
const lostWithout: Readonly<Record<DataStream, string>> = {
  users: 'the list of hosts, so neither their reports nor their scheduled webinars are asked for',
  webinars: 'settings and schedules of webinars, so it is not known which have registration',
  instances: 'every route to the webinars that ran, so nothing is found at all',
  participants: 'everybody who attended',
  registrants: 'registrants, so no attendance rate and no no-shows',
  registration_questions: 'the questions of the registration form',
  panelists: 'panelists, who then count as attendees',
  absentees: "absentees, Zoom's own verdict on who did not come, which attendance is checked against",
  polls: 'answers to polls, and their share of the engagement score',
  questions: 'questions and answers, and their share of the engagement score',
  surveys: 'answers to surveys, and their share of the engagement score',
  tracking_sources: 'tracking sources, so it is not known through which link people registered',
  report_details: "Zoom's own figures of each instance, which the captured rows are checked against",
}

/** What is lost when a source is closed while another of its stream is open. */
const lostWithoutSource: Readonly<Partial<Record<`${DataStream}|${Source}`, string>>> = {
  'webinars|webinars': 'settings of webinars, so it is not known which have registration or occurrences',
  'webinars|users': 'webinars that are scheduled and have not run yet',
  'instances|history_meetings':
    'the account-wide list of what ran, with its viewer figures; webinars of deleted hosts may be missed',
  'instances|user_reports': "hosts' own lists of what ran, a second look beside the account history",
  'instances|metrics':
    "the dashboard's list of what ran, the only one with instances of a single participant",
  'instances|past_webinars':
    'instances of a webinar that no dated list has, restarts after a crash among them',
  'participants|report':
    'registrant ids, so registrations are matched by e-mail or unique name only, and signed-in users of other accounts',
  'participants|past_webinars':
    'the second source of participants, asked when the report refuses or falls short',
  'participants|metrics': 'the third source of participants, asked last, and the only one with roles',
  'polls|report': 'times of poll answers',
  'polls|past_webinars': 'the second source of poll answers',
  'questions|report': 'times and status of questions',
  'questions|past_webinars': 'the second source of questions',
  'report_details|report': "Zoom's total of minutes of each instance",
  'report_details|metrics': "the second source of Zoom's own figures of each instance",
}

export interface MissingScope {
  /** The granular scope to add; a classic one would do as well. */
  scope: string
  lost: string
  /** Whether no other source gives the same. */
  isOnlySource: boolean
  stream: DataStream
  source: Source
}

/** The endpoints a token does not open, with what that costs. */
export function missingScopes(granted: readonly string[]): MissingScope[] {
  const isOpen = (endpoint: Endpoint) => opens(granted, endpoint)
  return dataStreams.flatMap((stream) => {
    const endpoints = endpointsOf(stream)
    const isOnlySource = !endpoints.some(isOpen)
    return endpoints
      .filter((endpoint) => !isOpen(endpoint))
      .map(({ source, scopes }) => ({
        scope: scopes[0] as string,
        lost: (isOnlySource ? undefined : lostWithoutSource[`${stream}|${source}`]) ?? lostWithout[stream],
        isOnlySource,
        stream,
        source,
      }))
  })
}

/**
 * What attendance hangs on: a source of participants, and a route to instances that starts from nothing. Past instances
 * of a webinar are no such route, its id has to be known; hosts' lists are one only together with the list of hosts.
 */
function vitalLoss(missing: readonly MissingScope[]): string | null {
  const isClosed = (stream: DataStream, source?: Source) =>
    missing.some((one) => one.stream === stream && (source ? one.source === source : one.isOnlySource))
  if (isClosed('participants')) return 'no attendance can be read'
  const isAccountClosed = isClosed('instances', 'history_meetings') && isClosed('instances', 'metrics')
  const areHostsClosed =
    isClosed('users') || (isClosed('instances', 'user_reports') && isClosed('webinars', 'users'))
  if (!isAccountClosed || !areHostsClosed) return null
  return isClosed('instances')
    ? 'no webinar can be found'
    : 'webinars are found only if they are named with --webinar ID'
}

export function checkScopes(granted: readonly string[]): Finding {
  const missing = missingScopes(granted)
  const all = dataStreams.reduce((sum, stream) => sum + endpointsOf(stream).length, 0)
  if (missing.length === 0) return ok('scopes', `all ${all} endpoints are open to the token`)
  const vital = vitalLoss(missing)
  return (vital ? problem : warning)(
    'scopes',
    `${missing.length} of ${all} endpoints are closed to the token`,
    {
      cost: vital
        ? vital
        : missing.some(({ isOnlySource }) => isOnlySource)
          ? 'some data cannot be read at all, see below'
          : 'no data is out of reach, but a fallback is',
      remedy:
        "Add the scopes at marketplace.zoom.us, Manage, your Server-to-Server app, Scopes (webinar scopes are under Meetings), then run rollcall doctor again: a new token has them at once. The app's owner needs a role that may have them.",
      details: missing.map(({ scope, lost }) => `${scope}: without it you lose ${lost}`),
    },
  )
}

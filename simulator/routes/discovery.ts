import { american, clippedWindow, dayOf, iso, shiftMonths } from '../calendar.ts'
import { badParameter, Fault, tooOld, userMissing, uuidMissing, webinarMissing } from '../faults.ts'
import { figuresOf } from '../figures.ts'
import { page, sliceOf } from '../listing.ts'
import type { Instance, Meeting, User } from '../model.ts'
import { type Call, instanceAt, type Route, route } from '../route.ts'
import { showDetail } from './reports.ts'

/** Where ended webinars are found. */
export const discoveryRoutes: readonly Route[] = [
  route('/users', 'medium', 'user', 'list_users', (call) =>
    page(call, call.directory.account.users, 'users', showUser, 2000),
  ),
  route('/users/{id}/webinars', 'medium', 'webinar', 'list_webinars', listScheduled),
  route('/report/users/{id}/meetings', 'heavy', 'report', 'user', listOfUser),
  route('/report/history_meetings', 'heavy', 'report', 'list_history_meetings', listHistory),
  route('/metrics/webinars', 'resource_intensive', 'dashboard', 'list_webinars', (call) => {
    const { from, to, start, end } = clippedWindow(call.query)
    const isPast = call.query.get('type') === 'past'
    const instances = call.directory.account.instances.filter(
      (i) => isPast && i.isInHistory && i.start >= start && i.start < end,
    )
    return { from, to, ...page(call, instances, 'webinars', showMetrics) }
  }),
  route('/metrics/webinars/{id}', 'heavy', 'dashboard', 'webinar', (call) => {
    const missing = (id: string) => (/^\d+$/.test(id) ? webinarMissing(id) : uuidMissing(id))
    const instance = instanceAt(call, missing)
    if (!instance.isAvailable) throw tooOld()
    if (call.query.get('type') !== 'past')
      throw new Fault(404, 3001, 'This webinar’s detail information is not available or the ID is not valid.')
    return showMetrics(instance)
  }),
]

function userOf(call: Call): User {
  const user = call.directory.account.users.find(({ id, email }) => id === call.id || email === call.id)
  if (user === undefined) throw userMissing(call.id)
  return user
}

function showUser(user: User): Record<string, unknown> {
  return {
    id: user.id,
    first_name: user.human.firstName,
    last_name: user.human.lastName,
    display_name: user.human.name,
    email: user.email,
    type: user.hasWebinarPlan ? 2 : 1,
    status: 'active',
    dept: user.department,
    timezone: user.timezone,
    created_at: iso(user.createdAt),
    host_key: '299492849',
    role_id: '2',
    verified: 1,
  }
}

function listScheduled(call: Call): Record<string, unknown> {
  const user = userOf(call)
  if (!user.hasWebinarPlan)
    throw new Fault(
      400,
      200,
      'Webinar plan is missing. You must subscribe to the webinar plan and enable webinars for this user in order to perform this action.',
    )
  const { webinars, now } = call.directory.account
  const isUpcomingOnly = call.query.get('type') === 'upcoming'
  const listed = webinars.filter(
    (w) => w.isListed && w.host === user && (!isUpcomingOnly || w.occurrences.some((o) => o.start > now)),
  )
  return page(call, listed, 'webinars', (webinar) => ({
    uuid: webinar.nextUuid,
    id: webinar.id,
    host_id: webinar.host.id,
    topic: webinar.topic,
    type: webinar.type,
    start_time: iso(webinar.scheduledStart),
    duration: webinar.scheduledMinutes,
    timezone: webinar.timezone,
    agenda: '',
    created_at: iso(webinar.createdAt),
    join_url: `https://zoom.example/j/${webinar.id}`,
    is_simulive: false,
  }))
}

/** Meetings and webinars of a host with two unique participants or more; `pastOne` those with one. */
function listOfUser(call: Call): Record<string, unknown> {
  const user = userOf(call)
  const { from, to, start, end } = clippedWindow(call.query)
  const { account } = call.directory
  const earliest = shiftMonths(account.now, -6)
  const isOne = call.query.get('type') === 'pastOne'
  const has = (count: number) => (isOne ? count === 1 : count >= 2)
  const within = (at: number) => at >= Math.max(start, earliest) && at < end
  const webinars = account.instances
    .filter((i) => i.webinar.host === user && within(i.start) && has(figuresOf(i).participants))
    .map((instance) => ({ start: instance.start, show: () => showHosted(instance) }))
  const meetings = call.directory.meetings
    .filter((m) => m.host === user && within(m.start) && has(m.participants))
    .map((meeting) => ({ start: meeting.start, show: () => showHostedMeeting(meeting) }))
  const all = [...webinars, ...meetings].sort((a, b) => a.start - b.start)
  return { from, to, ...page(call, all, 'meetings', (item) => item.show()) }
}

function showHosted(instance: Instance): Record<string, unknown> {
  return {
    ...showDetail(instance),
    source: 'Zoom',
    session_key: '',
    ...hostTimes(instance.webinar.host, instance.start, instance.end),
  }
}

function showHostedMeeting(meeting: Meeting): Record<string, unknown> {
  return {
    uuid: meeting.uuid,
    id: meeting.id,
    topic: meeting.topic,
    type: 2,
    user_name: meeting.host.human.name,
    user_email: meeting.host.email,
    start_time: iso(meeting.start),
    end_time: iso(meeting.end),
    duration: Math.ceil((meeting.end - meeting.start) / 60),
    participants_count: meeting.participants,
    total_minutes: meeting.participants * 10,
    source: 'Zoom',
    ...hostTimes(meeting.host, meeting.start, meeting.end),
  }
}

function hostTimes(host: User, start: number, end: number) {
  return {
    schedule_time: american(start - (start % 900)),
    join_time: american(start),
    leave_time: american(end),
    join_waiting_room_time: '',
    host_name: host.human.name,
    host_organization: 'Lyceum',
    meeting_encryption_status: 2,
  }
}

/** Account-wide. One month per call within the last six, else code 300. Says neither pages nor records. */
function listHistory(call: Call): Record<string, unknown> {
  const { query, directory } = call
  const { account, meetings } = directory
  const from = dayOf(query.get('from') ?? undefined, 'from')
  const to = dayOf(query.get('to') ?? undefined, 'to')
  if (from > to || to > shiftMonths(from, 1)) throw badParameter('to')
  const today = account.now - (account.now % 86_400)
  if (from < shiftMonths(today, -6))
    throw new Fault(400, 300, 'Invalid parameter: from. Only the last six months are available.')
  const kind = query.get('meeting_type') ?? 'all'
  if (!['all', 'meeting', 'webinar'].includes(kind)) throw badParameter('meeting_type')
  const by = query.get('date_type') === 'end_time' ? 'end' : 'start'
  const key = (query.get('search_key') ?? '').toLowerCase()
  const fits = (item: { start: number; end: number }, id: number, topic: string) =>
    item[by] >= from &&
    item[by] < to + 86_400 &&
    (String(id).includes(key) || topic.toLowerCase().includes(key))
  const webinars = account.instances
    .filter((i) => kind !== 'meeting' && i.isInHistory && fits(i, i.webinar.id, i.webinar.topic))
    .map((i) => ({ start: i.start, show: () => showHistory(i) }))
  const others = meetings
    .filter((m) => kind !== 'webinar' && fits(m, m.id, m.topic))
    .map((m) => ({ start: m.start, show: () => showHistoryMeeting(m) }))
  const all = [...webinars, ...others].sort((a, b) => b.start - a.start)
  const slice = sliceOf(call, all.length)
  return {
    next_page_token: slice.nextPageToken,
    page_size: slice.size,
    history_meetings: all.slice(slice.from, slice.to).map((item) => item.show()),
  }
}

function showHistory(instance: Instance): Record<string, unknown> {
  const { webinar } = instance
  const figures = figuresOf(instance)
  return {
    meeting_uuid: instance.uuid,
    meeting_id: webinar.id,
    type: 'Webinar',
    host_display_name: webinar.host.human.name,
    host_email: webinar.host.email,
    start_time: iso(instance.start),
    end_time: iso(instance.end),
    topic: webinar.topic,
    participants: figures.participants,
    duration: Math.ceil((instance.end - instance.start) / 60),
    total_participant_minutes: Math.ceil(figures.connectedDuration / 60),
    department: webinar.host.department,
    group: [],
    source: 'Zoom',
    unique_viewers: figures.attendees - figures.phoneAttendees,
    max_concurrent_views: figures.viewerPeak.count,
    create_time: iso(webinar.createdAt),
    custom_fields: [],
    tracking_fields: [],
    feature_used: {
      poll: instance.pollAnswers.length > 0,
      telephone_usage: figures.phoneAttendees > 0,
      breakout_room: instance.rows.some((row) => row.roomId !== null),
      waiting_room: figures.waitingRoomRows > 0,
      registration: webinar.hasRegistration,
    },
  }
}

function showHistoryMeeting(meeting: Meeting): Record<string, unknown> {
  return {
    meeting_uuid: meeting.uuid,
    meeting_id: meeting.id,
    type: 'Meeting',
    host_display_name: meeting.host.human.name,
    host_email: meeting.host.email,
    start_time: iso(meeting.start),
    end_time: iso(meeting.end),
    topic: meeting.topic,
    participants: meeting.participants,
    duration: Math.ceil((meeting.end - meeting.start) / 60),
    total_participant_minutes: meeting.participants * 10,
    source: 'Zoom',
  }
}

/** The dashboard's figure counts joins, not people, and its duration is a text. */
function showMetrics(instance: Instance): Record<string, unknown> {
  const { webinar } = instance
  const seconds = instance.end - instance.start
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = seconds >= 3600 ? `${two(Math.floor(seconds / 3600))}:` : ''
  return {
    uuid: instance.uuid,
    id: webinar.id,
    topic: webinar.topic,
    host: webinar.host.human.name,
    email: webinar.host.email,
    user_type: 'Licensed',
    dept: webinar.host.department,
    start_time: iso(instance.start),
    end_time: iso(instance.end),
    duration: `${hours}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`,
    participants: figuresOf(instance).connections,
    has_pstn: figuresOf(instance).phoneAttendees > 0,
    has_recording: false,
    has_poll: instance.pollAnswers.length > 0,
    has_survey: instance.surveyAnswers.length > 0,
    custom_keys: [],
  }
}

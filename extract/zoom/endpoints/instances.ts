import { clockMinutes } from '../schemas/duration.ts'
import { historyMeeting, metricsWebinar, pastInstance, userReportMeeting } from '../schemas/instances.ts'
import { int32, int64, requiredId, requiredText, type Scalar, text, time } from '../schemas/scalars.ts'
import { pathSegment } from '../uuidPath.ts'
import { defineEndpoint, listNamed, page_size, required } from './define.ts'

/*
 * Routes to the instances that ran. Each sees others: see the design, "Which instance, which endpoint". A listing for
 * the account or a host covers many webinars, so its rows carry `webinar_id`, a column of provenance, themselves.
 */

/** Everything of the account, a month at a time, for the last six months. Needs no user list; counts viewers as well. */
export const historyInstances = defineEndpoint({
  stream: 'instances',
  source: 'history_meetings',
  label: 'heavy',
  scopes: ['report:read:list_history_meetings:admin', 'report:read:admin'],
  isPaged: true,
  request: (subject) => ({
    path: '/report/history_meetings',
    query: {
      from: required(subject, 'from'),
      to: required(subject, 'to'),
      meeting_type: 'webinar',
      page_size,
    },
  }),
  items: listNamed('history_meetings'),
  isTotalOfRows: false,
  schema: historyMeeting,
  toRow: (row) =>
    isMeeting(row.type)
      ? null
      : {
          webinar_id: requiredId(row.meeting_id, 'meeting_id'),
          zoom_uuid: requiredText(row.meeting_uuid, 'meeting_uuid'),
          topic: text(row.topic),
          meeting_type: int32(row.type),
          host_email: text(row.host_email),
          host_name: text(row.host_display_name),
          start_time: time(row.start_time, 'start_time'),
          end_time: time(row.end_time, 'end_time'),
          duration_minutes: int32(row.duration),
          participants_count: int32(row.participants),
          unique_viewers: int32(row.unique_viewers),
          max_concurrent_views: int32(row.max_concurrent_views),
          total_participant_minutes: int64(row.total_participant_minutes),
        },
})

/** One host's, a month at a time, for the last six months; only what two or more people joined. */
export const userReportInstances = defineEndpoint({
  stream: 'instances',
  source: 'user_reports',
  label: 'heavy',
  scopes: ['report:read:user:admin', 'report:read:admin'],
  isPaged: true,
  request: (subject) => ({
    path: `/report/users/${pathSegment(required(subject, 'userId'))}/meetings`,
    query: { from: required(subject, 'from'), to: required(subject, 'to'), type: 'past', page_size },
  }),
  items: listNamed('meetings'),
  isTotalOfRows: false,
  schema: userReportMeeting,
  toRow: (row) =>
    isMeeting(row.type)
      ? null
      : {
          webinar_id: requiredId(row.id, 'id'),
          zoom_uuid: requiredText(row.uuid, 'uuid'),
          topic: text(row.topic),
          meeting_type: int32(row.type),
          host_email: text(row.user_email),
          host_name: text(row.user_name),
          start_time: time(row.start_time, 'start_time'),
          end_time: time(row.end_time, 'end_time'),
          duration_minutes: int32(row.duration),
          participants_count: int32(row.participants_count),
          total_participant_minutes: int64(row.total_minutes),
        },
})

/** The dashboard's list of the account, a month at a time. Ten requests a minute: the last to be asked of the lists. */
export const metricsInstances = defineEndpoint({
  stream: 'instances',
  source: 'metrics',
  label: 'resource_intensive',
  scopes: ['dashboard:read:list_webinars:admin', 'dashboard_webinars:read:admin', 'dashboard:read:admin'],
  isPaged: true,
  request: (subject) => ({
    path: '/metrics/webinars',
    // Without `type=past` Zoom answers with what runs at this moment.
    query: { type: 'past', from: required(subject, 'from'), to: required(subject, 'to'), page_size },
  }),
  items: listNamed('webinars'),
  schema: metricsWebinar,
  toRow: (row) => ({
    webinar_id: requiredId(row.id, 'id'),
    zoom_uuid: requiredText(row.uuid, 'uuid'),
    topic: text(row.topic),
    host_email: text(row.email),
    host_name: text(row.host),
    start_time: time(row.start_time, 'start_time'),
    end_time: time(row.end_time, 'end_time'),
    duration_minutes: clockMinutes(row.duration),
    participants_count: int32(row.participants),
  }),
})

/** Every instance of one webinar, by its numeric id: only uuid and start, but no window and no paging. */
export const pastWebinarInstances = defineEndpoint({
  stream: 'instances',
  source: 'past_webinars',
  label: 'light',
  scopes: [
    'webinar:read:list_past_instances:admin',
    'webinar:read:list_past_instances',
    'webinar:read:admin',
    'webinar:read',
  ],
  isPaged: false,
  request: (subject) => ({
    path: `/past_webinars/${pathSegment(required(subject, 'webinarId'))}/instances`,
    query: {},
  }),
  items: listNamed('webinars'),
  schema: pastInstance,
  toRow: (row) => ({
    zoom_uuid: requiredText(row.uuid, 'uuid'),
    start_time: time(row.start_time, 'start_time'),
    occurrence_id: text(row.occurrence_id),
  }),
})

/** Webinar types of Zoom's: 5 webinar, 6 recurring without fixed time, 9 recurring with fixed time. */
const webinarTypes = [5, 6, 9]

/** What is plainly no webinar. A type that is absent or new is kept: an instance too many is seen, one too few is not. */
function isMeeting(type: Scalar): boolean {
  const number = int32(type)
  if (number !== null) return number >= 1 && number <= 8 && !webinarTypes.includes(number)
  return typeof type === 'string' && /^meeting$/i.test(type.trim())
}

import { clockMinutes } from '../schemas/duration.ts'
import { metricsWebinar, reportDetails as reportDetailsBody } from '../schemas/instances.ts'
import { int32, int64, requiredText, text, time } from '../schemas/scalars.ts'
import { uuidPath } from '../uuidPath.ts'
import { bodyWith, defineEndpoint, required } from './define.ts'

/** What Zoom says of one instance as a whole: the other side of the comparison with the rows that arrived. */
export const reportDetails = defineEndpoint({
  stream: 'report_details',
  source: 'report',
  label: 'heavy',
  scopes: ['report:read:webinar:admin', 'report:read:admin'],
  isPaged: false,
  request: (subject) => ({
    path: `/report/webinars/${uuidPath(required(subject, 'instanceUuid'))}`,
    query: {},
  }),
  items: bodyWith('uuid'),
  schema: reportDetailsBody,
  toRow: (row) => ({
    zoom_uuid: requiredText(row.uuid, 'uuid'),
    topic: text(row.topic),
    meeting_type: int32(row.type),
    host_email: text(row.user_email),
    host_name: text(row.user_name),
    start_time: time(row.start_time, 'start_time'),
    end_time: time(row.end_time, 'end_time'),
    duration_minutes: int32(row.duration),
    total_minutes: int64(row.total_minutes),
    participants_count: int32(row.participants_count),
    department: text(row.dept),
  }),
})

/** The same from the dashboard, which knows no total of minutes. */
export const metricsDetails = defineEndpoint({
  stream: 'report_details',
  source: 'metrics',
  label: 'heavy',
  scopes: ['dashboard:read:webinar:admin', 'dashboard_webinars:read:admin', 'dashboard:read:admin'],
  isPaged: false,
  request: (subject) => ({
    path: `/metrics/webinars/${uuidPath(required(subject, 'instanceUuid'))}`,
    query: { type: 'past' },
  }),
  items: bodyWith('uuid'),
  schema: metricsWebinar,
  toRow: (row) => ({
    zoom_uuid: requiredText(row.uuid, 'uuid'),
    topic: text(row.topic),
    host_email: text(row.email),
    host_name: text(row.host),
    start_time: time(row.start_time, 'start_time'),
    end_time: time(row.end_time, 'end_time'),
    duration_minutes: clockMinutes(row.duration),
    participants_count: int32(row.participants),
    department: text(row.dept),
  }),
})

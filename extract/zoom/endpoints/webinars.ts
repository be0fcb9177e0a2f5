import type * as z from 'zod'
import type { RawRow } from '../../raw/columns.ts'
import { int32, json, looseTime, requiredId, text, time } from '../schemas/scalars.ts'
import { webinar } from '../schemas/webinars.ts'
import { pathSegment } from '../uuidPath.ts'
import { bodyWith, defineEndpoint, listNamed, page_size, required } from './define.ts'

const scopes = ['webinar:read:admin', 'webinar:read']

/** Webinars a user has scheduled: unexpired ones only, and the uuid is that of the next or latest instance. */
export const scheduledWebinars = defineEndpoint({
  stream: 'webinars',
  source: 'users',
  label: 'medium',
  scopes: ['webinar:read:list_webinars:admin', 'webinar:read:list_webinars', ...scopes],
  isPaged: true,
  request: (subject) => ({
    path: `/users/${pathSegment(required(subject, 'userId'))}/webinars`,
    query: { type: 'scheduled', page_size },
  }),
  items: listNamed('webinars'),
  schema: webinar,
  toRow,
})

/** One webinar with its settings and all its occurrences, past ones too. */
export const webinarDetails = defineEndpoint({
  stream: 'webinars',
  source: 'webinars',
  label: 'light',
  scopes: ['webinar:read:webinar:admin', 'webinar:read:webinar', ...scopes],
  isPaged: false,
  request: (subject) => ({
    path: `/webinars/${pathSegment(required(subject, 'webinarId'))}`,
    query: { show_previous_occurrences: 'true' },
  }),
  items: bodyWith('id'),
  schema: webinar,
  toRow,
})

/** `webinar_id` is a column of provenance: a listing of many webinars has it in the row, not in its subject. */
function toRow(row: z.infer<typeof webinar>): RawRow {
  return {
    webinar_id: requiredId(row.id, 'id'),
    zoom_uuid: text(row.uuid),
    topic: text(row.topic),
    webinar_type: int32(row.type),
    host_id: text(row.host_id),
    host_email: text(row.host_email),
    start_time: time(row.start_time, 'start_time'),
    duration_minutes: int32(row.duration),
    timezone: text(row.timezone),
    agenda: text(row.agenda),
    created_at: looseTime(row.created_at),
    approval_type: int32(row.settings?.approval_type),
    registration_type: int32(row.settings?.registration_type),
    occurrences: json(row.occurrences),
  }
}

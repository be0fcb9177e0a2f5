import type * as z from 'zod'
import type { RawRow } from '../../raw/columns.ts'
import type { Subject } from '../../streams.ts'
import { metricsParticipant, reportParticipant } from '../schemas/participants.ts'
import { flag, int32, RowRefused, text, time } from '../schemas/scalars.ts'
import { uuidPath } from '../uuidPath.ts'
import { defineEndpoint, listNamed, page_size, required } from './define.ts'

/*
 * Always asked by the instance's uuid: by the numeric id Zoom answers for the latest instance only.
 *
 * What a row must have: something that tells whose presence it is (user_id, name, an id or an e-mail) or when
 * (join_time). A time that is there has to be readable, and no stay lasts for weeks; an absent time is null, since Zoom has sent reports with empty times
 * and names, and dropping those rows would hide people.
 */

const pathOf = (subject: Subject) => uuidPath(required(subject, 'instanceUuid'))

export const reportParticipants = defineEndpoint({
  stream: 'participants',
  source: 'report',
  label: 'heavy',
  scopes: ['report:read:list_webinar_participants:admin', 'report:read:admin'],
  isPaged: true,
  request: (subject) => ({
    path: `/report/webinars/${pathOf(subject)}/participants`,
    query: { page_size, include_fields: 'registrant_id' },
  }),
  items: listNamed('participants'),
  schema: reportParticipant,
  toRow: reportRow,
})

/** No `participant_user_id`, `customer_key` or breakout room; `registrant_id` is there only if Zoom feels like it. */
export const pastParticipants = defineEndpoint({
  stream: 'participants',
  source: 'past_webinars',
  label: 'medium',
  scopes: [
    'webinar:read:list_past_participants:admin',
    'webinar:read:list_past_participants',
    'webinar:read:admin',
    'webinar:read',
  ],
  isPaged: true,
  request: (subject) => ({ path: `/past_webinars/${pathOf(subject)}/participants`, query: { page_size } }),
  items: listNamed('participants'),
  schema: reportParticipant,
  toRow: reportRow,
})

export const metricsParticipants = defineEndpoint({
  stream: 'participants',
  source: 'metrics',
  label: 'heavy',
  scopes: [
    'dashboard:read:list_webinar_participants:admin',
    'dashboard_webinars:read:admin',
    'dashboard:read:admin',
  ],
  isPaged: true,
  request: (subject) => ({
    path: `/metrics/webinars/${pathOf(subject)}/participants`,
    // Without `type=past` Zoom looks among what runs at this moment.
    query: { type: 'past', page_size, include_fields: 'registrant_id' },
  }),
  items: listNamed('participants'),
  schema: metricsParticipant,
  toRow: (row) =>
    somebody({
      user_id: text(row.user_id),
      zoom_user_id: text(row.participant_user_id) ?? text(row.id),
      registrant_id: text(row.registrant_id),
      name: text(row.user_name),
      email: text(row.email),
      join_time: time(row.join_time, 'join_time'),
      leave_time: time(row.leave_time, 'leave_time'),
      status: text(row.status),
      role: roleOf(text(row.role)),
      customer_key: text(row.customer_key),
      breakout_room_id: text(row.bo_mtg_id),
      participant_uuid: text(row.participant_uuid),
      device: text(row.device),
      leave_reason: text(row.leave_reason),
      is_failover: flag(row.failover),
      country: text(row.location),
    }),
})

function reportRow(row: z.infer<typeof reportParticipant>): RawRow {
  return somebody({
    user_id: text(row.user_id),
    zoom_user_id: text(row.participant_user_id) ?? text(row.id),
    registrant_id: text(row.registrant_id),
    name: text(row.name),
    email: text(row.user_email),
    join_time: time(row.join_time, 'join_time'),
    leave_time: time(row.leave_time, 'leave_time'),
    duration_seconds: int32(row.duration),
    status: text(row.status),
    customer_key: text(row.customer_key),
    breakout_room_id: text(row.bo_mtg_id),
    is_internal: flag(row.internal_user),
    is_failover: flag(row.failover),
  })
}

/** Zoom ends every session after 30 hours; a longer stay is a wrong clock, and would outweigh everybody else's. */
const stay_ms_max = 31 * 86_400_000

/** @throws RowRefused when the row says neither who nor when, or a stay that cannot be. */
function somebody(row: RawRow): RawRow {
  if (Number(row.leave_time ?? 0) - Number(row.join_time ?? row.leave_time ?? 0) > stay_ms_max)
    throw new RowRefused('leave_time is weeks after join_time')
  const says = row.join_time ?? row.user_id ?? row.name ?? row.zoom_user_id ?? row.registrant_id ?? row.email
  if (says === undefined || says === null)
    throw new RowRefused('neither who nor when: no user_id, name, id, email or join_time')
  return row
}

/** The column's own words; what Zoom may add to them is `other`. */
function roleOf(role: string | null): string | null {
  if (role === null) return null
  const known = role.trim().toLowerCase()
  return ['host', 'panelist', 'attendee'].includes(known) ? known : 'other'
}

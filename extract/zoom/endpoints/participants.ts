import type { RawRow } from '../../raw/columns.ts'
import type { Subject } from '../../streams.ts'
import { flagOf, int32Of, type RowView, rowReader, textOf, timeOf, viewOf } from '../scan/columns.ts'
import { pageScanner } from '../scan/pageScanner.ts'
import { metricsParticipant, reportParticipant } from '../schemas/participants.ts'
import { flag, RowRefused, text, time } from '../schemas/scalars.ts'
import { uuidPath } from '../uuidPath.ts'
import { defineEndpoint, listNamed, page_size, required } from './define.ts'

/*
 * Always asked by the instance's uuid: by the numeric id Zoom answers for the latest instance only.
 *
 * What a row must have: something that tells whose presence it is (user_id, name, an id or an e-mail) or when
 * (join_time). A time that is there has to be readable, and no stay lasts for weeks; an absent time is null, since Zoom has sent reports with empty times
 * and names, and dropping those rows would hide people.
 */

const list = 'participants'

const reportColumns = {
  user_id: textOf('user_id'),
  zoom_user_id: textOf('participant_user_id', 'id'),
  registrant_id: textOf('registrant_id'),
  name: textOf('name'),
  email: textOf('user_email'),
  join_time: timeOf('join_time'),
  leave_time: timeOf('leave_time'),
  duration_seconds: int32Of('duration'),
  status: textOf('status'),
  customer_key: textOf('customer_key'),
  breakout_room_id: textOf('bo_mtg_id'),
  is_internal: flagOf('internal_user'),
  is_failover: flagOf('failover'),
}

const toReportRow = rowReader(reportColumns, mustBeSomebody)
/** Both endpoints have the same rows. They are most of what there is to read, and are read quickly where they can be. */
const scan = pageScanner({ stream: 'participants', list, columns: reportColumns, check: mustBeSomebody })

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
  items: listNamed(list),
  schema: reportParticipant,
  toRow: toReportRow,
  scan,
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
  items: listNamed(list),
  schema: reportParticipant,
  toRow: toReportRow,
  scan,
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
  items: listNamed(list),
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

/** Zoom ends every session after 30 hours; a longer stay is a wrong clock, and would outweigh everybody else's. */
const stay_ms_max = 31 * 86_400_000

/** @throws RowRefused when the row says neither who nor when, or a stay that cannot be. */
function mustBeSomebody(row: RowView): void {
  if (row.isBeyond('leave_time', 'join_time', stay_ms_max))
    throw new RowRefused('leave_time is weeks after join_time')
  if (!says.some((column) => row.has(column)))
    throw new RowRefused('neither who nor when: no user_id, name, id, email or join_time')
}

const says = ['join_time', 'user_id', 'name', 'zoom_user_id', 'registrant_id', 'email']

function somebody(row: RawRow): RawRow {
  mustBeSomebody(viewOf(row))
  return row
}

/** The column's own words; what Zoom may add to them is `other`. */
function roleOf(role: string | null): string | null {
  if (role === null) return null
  const known = role.trim().toLowerCase()
  return ['host', 'panelist', 'attendee'].includes(known) ? known : 'other'
}

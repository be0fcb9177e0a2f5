import { createHash } from 'node:crypto'
import { iso } from './calendar.ts'
import { joinId } from './ids.ts'
import type { Instance, Row } from './model.ts'

/** The endpoints' three ways to show a participants row, with or without the registrant's id. */
export type View = 'report' | 'report_registrant' | 'past' | 'metrics' | 'metrics_registrant'

interface RowText {
  bytes: Buffer
  /** Where row n starts; one more than there are rows. A comma ends each row. */
  starts: Uint32Array
}

/** JSON of all rows of an instance, made once and kept while there is room (oldest out first). */
export interface RowTexts {
  /** Rows [from, to) joined by commas. */
  slice(instance: Instance, view: View, from: number, to: number): Buffer
}

export function createRowTexts(budgetBytes = 256 * 2 ** 20): RowTexts {
  const kept = new Map<string, RowText>()
  let keptBytes = 0
  const textOf = (instance: Instance, view: View): RowText => {
    const key = `${view}|${instance.uuid}`
    const before = kept.get(key)
    if (before !== undefined) return before
    const text = write(instance, view)
    kept.set(key, text)
    keptBytes += text.bytes.length
    for (const [oldest, { bytes }] of kept) {
      if (keptBytes <= budgetBytes || oldest === key) break
      kept.delete(oldest)
      keptBytes -= bytes.length
    }
    return text
  }
  return {
    slice(instance, view, from, to) {
      if (to <= from) return Buffer.alloc(0)
      const { bytes, starts } = textOf(instance, view)
      return bytes.subarray(starts[from] as number, (starts[to] as number) - 1)
    },
  }
}

function write(instance: Instance, view: View): RowText {
  const starts = new Uint32Array(instance.rows.length + 1)
  const parts: Buffer[] = []
  let size = 0
  for (const [index, row] of instance.rows.entries()) {
    const part = Buffer.from(`${JSON.stringify(show(instance, row, view))},`)
    parts.push(part)
    size += part.length
    starts[index + 1] = size
  }
  return { bytes: Buffer.concat(parts, size), starts }
}

function show(instance: Instance, row: Row, view: View): Record<string, unknown> {
  switch (view) {
    case 'report':
      return showReport(row, false)
    case 'report_registrant':
      return showReport(row, true)
    case 'past':
      return showPast(row)
    case 'metrics':
      return showMetrics(instance, row, false)
    case 'metrics_registrant':
      return showMetrics(instance, row, true)
    default:
      throw new TypeError(`unknown view ${view satisfies never}`)
  }
}

const status = (row: Row) => (row.isWaiting ? 'in_waiting_room' : 'in_meeting')

function showReport(row: Row, withRegistrant: boolean): Record<string, unknown> {
  return {
    id: row.userId,
    user_id: joinId(row.order),
    participant_user_id: row.userId,
    name: row.name,
    user_email: row.email,
    join_time: iso(row.join),
    leave_time: iso(row.leave),
    duration: row.leave - row.join,
    ...(withRegistrant ? { registrant_id: row.registrantId } : {}),
    failover: row.isFailover,
    status: status(row),
    customer_key: '',
    ...(row.roomId === null ? {} : { bo_mtg_id: row.roomId }),
  }
}

/** No registrant id whatever is asked, no `participant_user_id`, no room. */
function showPast(row: Row): Record<string, unknown> {
  return {
    id: row.userId,
    name: row.name,
    user_id: joinId(row.order),
    user_email: row.email,
    join_time: iso(row.join),
    leave_time: iso(row.leave),
    duration: row.leave - row.join,
    failover: row.isFailover,
    status: status(row),
    internal_user: row.isInternal,
  }
}

/** Ids and devices of people outside the account are blank since 2023; there is no duration and no status. */
function showMetrics(instance: Instance, row: Row, withRegistrant: boolean): Record<string, unknown> {
  const leaveReason = row.isWaiting
    ? 'Leave waiting room.'
    : row.leave >= instance.end
      ? 'Host ended the webinar.'
      : `${row.name} left the webinar.`
  return {
    id: row.isInternal ? row.userId : '',
    user_id: joinId(row.order),
    participant_user_id: row.isInternal ? row.userId : '',
    participant_uuid: joinUuid(instance, row),
    user_name: row.name,
    email: row.email,
    role: row.role,
    device: row.isInternal ? row.device : '',
    ip_address: '192.0.2.1',
    location: 'United States',
    network_type: 'Wired',
    join_time: iso(row.join),
    leave_time: iso(row.leave),
    leave_reason: leaveReason,
    ...(withRegistrant ? { registrant_id: row.registrantId } : {}),
    customer_key: '',
    ...(row.device === 'Phone'
      ? { audio_call: [{ call_number: row.name, call_type: 'call-in', zoom_number: '' }] }
      : {}),
    ...(row.roomId === null ? {} : { bo_mtg_id: row.roomId }),
    recording: false,
  }
}

/** Changes on every join, as observed. */
function joinUuid(instance: Instance, row: Row): string {
  const hex = createHash('md5').update(`${instance.uuid}|${row.order}`).digest('hex').toUpperCase()
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

import type { Attention } from '../completeness.ts'
import { remedyOf } from './remedies.ts'

/** An instance, a webinar or a route of the account that something is missing of. */
export interface Affected {
  subject: string
  topic: string | null
  zoomWebinarId: number | null
  zoomUuid: string | null
  startTime: string | null
  /** Join/leave rows, where the participants are what is missing. */
  expected: number | null
  captured: number | null
}

/** One thing to do: streams that are missing in one way, and of what. */
export interface Matter {
  status: string
  streams: string[]
  /** Of the first affected; the others differ in ids and figures at most. */
  reason: string | null
  remedy: string
  affected: Affected[]
}

/** Statuses by how soon something can be done about them. */
const STATUS_ORDER = ['failed', 'partial', 'denied', 'not_ready', 'expired']

/**
 * Brings together what belongs together: the streams of one instance or webinar that are missing for the same
 * reason are one line, and the instances and webinars with the same line are one matter. An app without a scope is
 * one matter, however many instances it keeps unread.
 */
export function mattersOf(attention: readonly Attention[], asOf: string | null): Matter[] {
  const lines = Map.groupBy(attention, (one) =>
    JSON.stringify([subjectOf(one), one.status, remedyOf(one, asOf)]),
  )
  const matters = new Map<string, Matter>()
  for (const line of lines.values()) {
    const first = line.find((one) => one.stream === 'participants') ?? line[0]
    if (first === undefined) continue
    const streams = [...new Set(line.map((one) => one.stream))].sort()
    const remedy = remedyOf(first, asOf)
    const key = JSON.stringify([first.status, streams, remedy])
    const matter = matters.get(key) ?? {
      status: first.status,
      streams,
      reason: first.reason,
      remedy,
      affected: [],
    }
    matter.affected.push({
      subject: subjectOf(first),
      topic: first.topic,
      zoomWebinarId: first.zoomWebinarId,
      zoomUuid: first.zoomUuid,
      startTime: first.startTime,
      expected: first.stream === 'participants' ? first.expected : null,
      captured: first.stream === 'participants' ? first.captured : null,
    })
    matters.set(key, matter)
  }
  return [...matters.values()].sort(byUrgency)
}

/** Listings of one webinar (by status, occurrence, source) are the webinar's. */
function subjectOf({ subject, zoomUuid, zoomWebinarId }: Attention): string {
  if (zoomUuid !== null) return `instance:${zoomUuid}`
  if (zoomWebinarId !== null) return `webinar:${zoomWebinarId}`
  return subject
}

function byUrgency(a: Matter, b: Matter): number {
  const touches = (matter: Matter) => Number(matter.streams.includes('participants'))
  return (
    touches(b) - touches(a) ||
    STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status) ||
    b.affected.length - a.affected.length ||
    a.streams.join().localeCompare(b.streams.join(), 'en')
  )
}

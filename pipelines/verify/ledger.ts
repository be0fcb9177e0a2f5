import type { Ask } from '../catalog.ts'
import { isoOf, numberOf, textOf } from '../completeness.ts'

/** An instance beside Zoom's own figures. */
export interface LedgerLine {
  zoomWebinarId: number
  zoomUuid: string
  topic: string | null
  startTime: string | null
  status: string
  source: string | null
  expectedRows: number | null
  capturedRows: number
  participants: number
  attendees: number
  peakAttendees: number
  reportedParticipants: number | null
  reportedUniqueViewers: number | null
  reportedPeakViewers: number | null
  discoveredBy: string[]
  restartNumber: number
}

/** An instance that a single route saw. */
export interface SeenOnce {
  zoomUuid: string
  topic: string | null
  startTime: string | null
  route: string
}

/** All instances, by webinar and start. */
export async function readLedger(ask: Ask): Promise<LedgerLine[]> {
  const { rows } = await ask(
    `select
         webinars.zoom_webinar_id,
         coalesce(instances.topic, webinars.topic) as topic,
         epoch_ms(instances.start_time) as start_ms,
         audit.expected,
         instances.zoom_uuid, instances.capture_status, instances.source_endpoint, instances.captured_rows,
         instances.actual_participant_count, instances.attendee_count, instances.attendee_peak_concurrent,
         instances.reported_participants, instances.reported_unique_viewers, instances.reported_peak_viewers,
         instances.discovered_by, instances.restart_number
     from marts.zoom_webinar_instances as instances
     inner join marts.zoom_webinars as webinars on webinars.id = instances.webinar_id
     left join marts.zoom_capture_audit as audit
         on audit.instance_id = instances.id and audit.stream = 'participants'
     order by webinars.topic, webinars.zoom_webinar_id, instances.instance_number`,
  )
  return rows.map((row) => ({
    zoomWebinarId: Number(row.zoom_webinar_id),
    zoomUuid: String(row.zoom_uuid),
    topic: textOf(row.topic),
    startTime: isoOf(row.start_ms),
    status: String(row.capture_status),
    source: textOf(row.source_endpoint),
    expectedRows: numberOf(row.expected),
    capturedRows: Number(row.captured_rows),
    participants: Number(row.actual_participant_count),
    attendees: Number(row.attendee_count),
    peakAttendees: Number(row.attendee_peak_concurrent),
    reportedParticipants: numberOf(row.reported_participants),
    reportedUniqueViewers: numberOf(row.reported_unique_viewers),
    reportedPeakViewers: numberOf(row.reported_peak_viewers),
    discoveredBy: String(row.discovered_by).split(', '),
    restartNumber: Number(row.restart_number),
  }))
}

/** Of the ledger, what a single route saw. */
export function seenByOneRoute(ledger: readonly LedgerLine[]): SeenOnce[] {
  return ledger.flatMap(({ zoomUuid, topic, startTime, discoveredBy: [route, ...others] }) =>
    route === undefined || others.length > 0 ? [] : [{ zoomUuid, topic, startTime, route }],
  )
}

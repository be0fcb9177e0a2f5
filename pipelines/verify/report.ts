import { type Ask, askingCatalog } from '../catalog.ts'
import { completenessOf, isoOf, numberOf, textOf } from '../completeness.ts'
import { type CorrectionOutcome, readOutcomes } from '../corrections/outcomes.ts'
import { type Matter, mattersOf } from './matters.ts'

/** Everything `verify` knows. The shape of its `--json`, a stable contract: fields are added, never changed. */
export interface VerifyReport {
  /** Time of the last capture, ISO 8601; the report is about what was known then. */
  asOf: string | null
  isComplete: boolean
  instances: number
  completeInstances: number
  /** Instances that are restarts of another. */
  restarts: number
  /** Join/leave rows. */
  expectedRows: number
  capturedRows: number
  participants: number
  /** What is missing and what to do, the most urgent first. */
  matters: Matter[]
  /** Figures of Zoom about an instance as a whole that are not ours. Nothing is missing for them. */
  figures: FigureDifference[]
  /** Decisions of the user about who is one that match nothing or do not hold; `rollcall correct` says more. */
  corrections: Pick<CorrectionOutcome, 'line' | 'status'>[]
  /** How many instances each route saw. */
  discovery: { route: string; instances: number }[]
  /** Instances that a single route saw: without it they would be unknown. */
  seenByOneRoute: { zoomUuid: string; topic: string | null; startTime: string | null; route: string }[]
  /** Every instance beside Zoom's own figures, by webinar and start. */
  ledger: LedgerLine[]
}

export interface FigureDifference {
  topic: string | null
  zoomWebinarId: number
  zoomUuid: string | null
  startTime: string | null
  source: string
  figure: string
  measure: string
  promised: number
  captured: number
  verdict: string
  note: string | null
}

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

/**
 * Reads the completeness report from the catalog.
 * @throws {CliError} where there is no catalog
 */
export async function readVerifyReport(dataDir: string): Promise<VerifyReport> {
  return askingCatalog(dataDir, (ask) => reportOf(dataDir, ask))
}

async function reportOf(dataDir: string, ask: Ask): Promise<VerifyReport> {
  const { attention, asOf, ...totals } = await completenessOf(ask)
  const ledger = await readLedgerLines(ask)
  const routes = new Map<string, number>()
  for (const route of ledger.flatMap((line) => line.discoveredBy))
    routes.set(route, (routes.get(route) ?? 0) + 1)
  return {
    asOf,
    isComplete: attention.length === 0,
    ...totals,
    restarts: ledger.filter((line) => line.restartNumber > 0).length,
    matters: mattersOf(attention, asOf),
    figures: await readFigures(ask),
    corrections: (await readOutcomes(dataDir, ask))
      .filter(({ status }) => status !== 'holds')
      .map(({ line, status }) => ({ line, status })),
    discovery: [...routes].sort().map(([route, instances]) => ({ route, instances })),
    seenByOneRoute: ledger.flatMap(({ zoomUuid, topic, startTime, discoveredBy: [route, ...others] }) =>
      route === undefined || others.length > 0 ? [] : [{ zoomUuid, topic, startTime, route }],
    ),
    ledger,
  }
}

async function readFigures(ask: Ask): Promise<FigureDifference[]> {
  const { rows } = await ask(
    `select
         coalesce(instances.topic, webinars.topic) as topic,
         webinars.zoom_webinar_id,
         instances.zoom_uuid,
         epoch_ms(instances.start_time) as start_ms,
         promises.source_endpoint, promises.figure, promises.measure,
         promises.promised, promises.captured, promises.verdict, promises.note
     from marts.zoom_capture_promises as promises
     inner join marts.zoom_webinars as webinars on webinars.id = promises.webinar_id
     left join marts.zoom_webinar_instances as instances on instances.id = promises.instance_id
     where promises.figure <> 'total_records' and promises.promised <> promises.captured
         and promises.verdict in ('differs', 'unknown')
     order by instances.start_time desc nulls last, instances.zoom_uuid, promises.figure, promises.source_endpoint`,
  )
  return rows.map((row) => ({
    topic: textOf(row.topic),
    zoomWebinarId: Number(row.zoom_webinar_id),
    zoomUuid: textOf(row.zoom_uuid),
    startTime: isoOf(row.start_ms),
    source: String(row.source_endpoint),
    figure: String(row.figure),
    measure: String(row.measure),
    promised: Number(row.promised),
    captured: Number(row.captured),
    verdict: String(row.verdict),
    note: textOf(row.note),
  }))
}

async function readLedgerLines(ask: Ask): Promise<LedgerLine[]> {
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

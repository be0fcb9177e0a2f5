import type { ExtractSummary } from '../extract/extract.ts'
import { type Ask, askingCatalog } from './catalog.ts'
import { exitCodes } from './cliError.ts'
import { count, counted } from './terminal/format.ts'
import type { Output } from './terminal/output.ts'

/** What the catalog holds of what Zoom promised. The one reading of it: `sync`, `status` and `verify` all use this. */
export interface Completeness {
  instances: number
  completeInstances: number
  /** Join/leave rows; what was captured beyond a promise counts as expected, so that it hides no shortfall. */
  expectedRows: number
  capturedRows: number
  participants: number
  /** When the last of it was captured, ISO 8601; null when nothing was. */
  asOf: string | null
  /** What is neither complete nor empty, worst first. */
  attention: Attention[]
}

/** One stream of one subject that is not complete. */
export interface Attention {
  stream: string
  subject: string
  status: string
  /** Source that was believed or asked last; null where nothing was asked yet. */
  source: string | null
  topic: string | null
  zoomWebinarId: number | null
  /** Uuid of the instance, where the subject is one. */
  zoomUuid: string | null
  /** ISO 8601, UTC. */
  startTime: string | null
  expected: number | null
  captured: number
  reason: string | null
}

/** Compares what Zoom promised with what was captured, rows with rows, over everything the catalog holds. */
export async function readCompleteness(dataDir: string): Promise<Completeness> {
  return askingCatalog(dataDir, completenessOf)
}

/** As `readCompleteness`, of a catalog that is open. */
export async function completenessOf(ask: Ask): Promise<Completeness> {
  const totals = await ask(
    `select
         count(*) as instances,
         count(*) filter (where instances.capture_status in ('complete', 'empty')) as complete_instances,
         coalesce(sum(greatest(coalesce(audit.expected, 0), audit.captured)), 0) as expected_rows,
         coalesce(sum(audit.captured), 0) as captured_rows,
         coalesce(sum(instances.actual_participant_count), 0) as participants,
         (select epoch_ms(max(captured_at)) from marts.zoom_capture_audit) as as_of_ms
     from marts.zoom_webinar_instances as instances
     left join marts.zoom_capture_audit as audit
         on audit.instance_id = instances.id and audit.stream = 'participants'`,
  )
  const attention = await ask(
    `select
         audit.stream, audit.subject, audit.status, audit.source_endpoint, audit.expected, audit.captured,
         audit.reason,
         coalesce(instances.topic, webinars.topic) as topic,
         webinars.zoom_webinar_id,
         instances.zoom_uuid,
         epoch_ms(instances.start_time) as start_ms
     from marts.zoom_capture_audit as audit
     left join marts.zoom_webinar_instances as instances on instances.id = audit.instance_id
     left join marts.zoom_webinars as webinars on webinars.id = audit.webinar_id
     where audit.status not in ('complete', 'empty')
     order by audit.stream <> 'participants', audit.status, instances.start_time desc, audit.subject, audit.stream`,
  )
  const row = totals.rows[0] ?? {}
  return {
    instances: Number(row.instances),
    completeInstances: Number(row.complete_instances),
    expectedRows: Number(row.expected_rows),
    capturedRows: Number(row.captured_rows),
    participants: Number(row.participants),
    asOf: isoOf(row.as_of_ms),
    attention: attention.rows.map((found) => ({
      stream: String(found.stream),
      subject: String(found.subject),
      status: String(found.status),
      source: textOf(found.source_endpoint),
      topic: textOf(found.topic),
      zoomWebinarId: numberOf(found.zoom_webinar_id),
      zoomUuid: textOf(found.zoom_uuid),
      startTime: isoOf(found.start_ms),
      expected: numberOf(found.expected),
      captured: Number(found.captured),
      reason: textOf(found.reason),
    })),
  }
}

/** A text of the catalog. */
export function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value)
}

/** A number of the catalog; DuckDB gives 64-bit ones as text. */
export function numberOf(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value)
}

/** ISO 8601 of milliseconds since 1970. */
export function isoOf(milliseconds: unknown): string | null {
  const number = numberOf(milliseconds)
  return number === null ? null : new Date(number).toISOString()
}

/** 0 when everything Zoom has is there, 3 when something is missing or the run stopped early. */
export function exitCodeOf(completeness: Completeness, extracted?: ExtractSummary): number {
  const isComplete = completeness.attention.length === 0 && (extracted?.stopped ?? null) === null
  return isComplete ? exitCodes.done : exitCodes.incomplete
}

type Totals = Omit<Completeness, 'asOf' | 'attention'>

/** The whole account in a line. */
export function accountLine(totals: Totals): string {
  const { capturedRows, expectedRows, completeInstances, instances, participants } = totals
  if (instances === 0) return 'No instance of a webinar is known yet'
  return `${count(capturedRows)} of ${count(expectedRows)} join/leave rows in ${count(completeInstances)} of ${count(instances)} instances; ${count(participants)} participants`
}

/** The last lines of a sync: one for the whole account, then how much needs attention and where it is told. */
export function showCompleteness(completeness: Completeness, output: Output): void {
  output.print(accountLine(completeness))
  const { attention } = completeness
  if (attention.length === 0) return
  const statuses = new Map<string, Set<string>>()
  for (const { status, stream } of attention)
    statuses.set(status, (statuses.get(status) ?? new Set()).add(stream))
  output.print(
    `${counted(attention.length, 'reading is', 'readings are')} not complete: ` +
      [...statuses]
        .map(([status, streams]) => `${status.replace('_', ' ')} (${[...streams].sort().join(', ')})`)
        .join(', '),
  )
  output.print('Which, why, and what to do: rollcall verify')
}

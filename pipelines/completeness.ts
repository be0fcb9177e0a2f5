import { queryCatalog } from './catalog.ts'
import { count } from './terminal/format.ts'
import type { Output } from './terminal/output.ts'

export interface Completeness {
  instances: number
  completeInstances: number
  expectedRows: number
  capturedRows: number
  participants: number
  /** What is neither complete nor empty, worst first. */
  attention: Attention[]
}

export interface Attention {
  stream: string
  subject: string
  status: string
  topic: string | null
  startTime: string | null
  expected: number | null
  captured: number
  reason: string | null
}

const ATTENTION_SHOWN = 10

/** Compares what Zoom promised with what was captured, rows with rows, over everything the catalog holds. */
export async function readCompleteness(dataDir: string): Promise<Completeness> {
  const totals = await queryCatalog(
    dataDir,
    `select
         count(*) as instances,
         count(*) filter (where instances.capture_status in ('complete', 'empty')) as complete_instances,
         coalesce(sum(coalesce(audit.expected, audit.captured)), 0) as expected_rows,
         coalesce(sum(audit.captured), 0) as captured_rows,
         coalesce(sum(instances.actual_participant_count), 0) as participants
     from marts.zoom_webinar_instances as instances
     left join marts.zoom_capture_audit as audit
         on audit.instance_id = instances.id and audit.stream = 'participants'`,
  )
  const attention = await queryCatalog(
    dataDir,
    `select
         audit.stream, audit.subject, audit.status, audit.expected, audit.captured, audit.reason,
         coalesce(instances.topic, webinars.topic) as topic,
         instances.start_time
     from marts.zoom_capture_audit as audit
     left join marts.zoom_webinar_instances as instances on instances.id = audit.instance_id
     left join marts.zoom_webinars as webinars on webinars.id = audit.webinar_id
     where audit.status not in ('complete', 'empty')
     order by audit.stream <> 'participants', audit.status, instances.start_time desc, audit.subject`,
  )
  const row = totals.rows[0] ?? {}
  return {
    instances: Number(row.instances),
    completeInstances: Number(row.complete_instances),
    expectedRows: Number(row.expected_rows),
    capturedRows: Number(row.captured_rows),
    participants: Number(row.participants),
    attention: attention.rows.map((found) => ({
      stream: String(found.stream),
      subject: String(found.subject),
      status: String(found.status),
      topic: found.topic === null ? null : String(found.topic),
      startTime: found.start_time === null ? null : String(found.start_time),
      expected: found.expected === null ? null : Number(found.expected),
      captured: Number(found.captured),
      reason: found.reason === null ? null : String(found.reason),
    })),
  }
}

/** The last lines of a sync: one for the whole account, then only what needs attention. */
export function showCompleteness(completeness: Completeness, output: Output): void {
  const { capturedRows, expectedRows, completeInstances, instances, participants, attention } = completeness
  output.print(
    `${count(capturedRows)} of ${count(expectedRows)} join/leave rows in ${count(completeInstances)} of ${count(instances)} instances; ${count(participants)} participants`,
  )
  if (attention.length === 0) return
  output.print(`${count(attention.length)} readings are not complete:`)
  output.table(
    ['stream', 'status', 'webinar', 'start', 'expected', 'captured', 'why'],
    attention
      .slice(0, ATTENTION_SHOWN)
      .map((found) => [
        found.stream,
        found.status,
        cut(found.topic ?? found.subject, 32),
        found.startTime?.slice(0, 10) ?? '–',
        count(found.expected),
        count(found.captured),
        cut(found.reason ?? '', 80),
      ]),
  )
  if (attention.length > ATTENTION_SHOWN) {
    output.print(
      `… and ${count(attention.length - ATTENTION_SHOWN)} more: rollcall sql "select * from marts.zoom_capture_audit where status not in ('complete', 'empty')"`,
    )
  }
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}

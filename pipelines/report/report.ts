import { refused, withCatalog } from '../catalog.ts'
import { isoOf, numberOf, textOf } from '../completeness.ts'
import type { Ask, Row } from './ask.ts'
import type { AttendanceReport, Instance } from './attendanceReport.ts'
import { chooseInstances } from './choose.ts'
import { readPeople } from './people.ts'
import { readRegistrations } from './registrations.ts'

/**
 * Reads a report from the catalog.
 * @param wanted see `chooseInstances`
 * @throws {CliError} where there is no catalog, or nothing fits
 */
export async function readAttendanceReport(
  dataDir: string,
  wanted: string | undefined,
  isAll: boolean,
): Promise<AttendanceReport> {
  return withCatalog(dataDir, async (connection) => {
    const ask: Ask = async (sql, values = {}) => {
      const reader = await connection.runAndReadAll(sql, values).catch((error: unknown) => {
        throw refused(error, sql)
      })
      return reader.getRowObjectsJson() as Row[]
    }
    const ids = await chooseInstances(ask, wanted, isAll)
    await connection.run('create temp table chosen (id uuid)')
    await connection.run(`insert into chosen select unnest(from_json($ids, '["uuid"]'))`, {
      ids: JSON.stringify(ids),
    })
    return read(ask, ids.length)
  })
}

async function read(ask: Ask, instanceCount: number): Promise<AttendanceReport> {
  const instances = await readInstances(ask)
  const [webinar = {}] = await ask(
    `select * from marts.zoom_webinars
     where id in (select webinar_id from marts.zoom_webinar_instances where id in (from chosen))`,
  )
  const audit = await ask(
    `select stream, status, reason, expected, captured, epoch_ms(captured_at) as at_ms
     from marts.zoom_capture_audit
     where instance_id in (from chosen)
         or (instance_id is null and stream = 'registrants' and webinar_id = $webinar::uuid)
     order by stream <> 'participants', stream, subject`,
    { webinar: String(webinar.id) },
  )
  const missing = audit.filter((row) => row.status !== 'complete' && row.status !== 'empty')
  const people = await readPeople(ask, instanceCount)
  const { figures: registrations, noShows } = await readRegistrations(ask)
  const [measured = {}] = await ask(
    `select
         round(avg(total_duration) / 60, 1)::double as average_minutes,
         round(median(total_duration) / 60, 1)::double as median_minutes,
         round(avg(engagement_score), 1)::double as average_engagement
     from marts.zoom_participants
     where instance_id in (from chosen) and role = 'attendee'`,
  )
  const timeline = await ask(
    `select epoch_ms(minute) as minute_ms, present from marts.zoom_instance_timeline
     where instance_id in (from chosen) order by minute`,
  )
  const by = (role: string) => people.filter((person) => person.role === role).length
  return {
    asOf: isoOf(audit.reduce<number | null>((latest, row) => Math.max(latest ?? 0, Number(row.at_ms)), null)),
    isAttendanceComplete:
      audit.some((row) => row.stream === 'participants') &&
      missing.every((row) => row.stream !== 'participants'),
    missing: missing.map((row) => ({
      stream: String(row.stream),
      status: String(row.status),
      reason: textOf(row.reason),
      expected: numberOf(row.expected),
      captured: Number(row.captured),
    })),
    webinar: {
      zoomWebinarId: Number(webinar.zoom_webinar_id),
      topic: textOf(webinar.topic),
      hostEmail: textOf(webinar.host_email),
      timezone: textOf(webinar.timezone),
      hasRegistration: webinar.has_registration === true,
      instances: Number(webinar.instance_count),
    },
    instances,
    figures: {
      ...registrations,
      people: people.length,
      attendees: by('attendee'),
      panelists: by('panelist'),
      hosts: by('host'),
      averageMinutes: numberOf(measured.average_minutes),
      medianMinutes: numberOf(measured.median_minutes),
      averageEngagement: numberOf(measured.average_engagement),
      stayedToEnd: people.filter((person) => person.hasStayedToEnd).length,
      pollsAnswered: people.reduce((sum, person) => sum + person.pollsAnswered, 0),
      questionsAsked: people.reduce((sum, person) => sum + person.questionsAsked, 0),
    },
    people,
    noShows,
    timeline: timeline.map((row) => ({
      minute: isoOf(row.minute_ms) as string,
      present: Number(row.present),
    })),
  }
}

async function readInstances(ask: Ask): Promise<Instance[]> {
  const rows = await ask(
    `select *, epoch_ms(start_time) as start_ms, epoch_ms(end_time) as end_ms, epoch_ms(peak_at) as peak_ms
     from marts.zoom_webinar_instances where id in (from chosen) order by start_time nulls last, id`,
  )
  return rows.map((row) => ({
    zoomUuid: String(row.zoom_uuid),
    number: Number(row.instance_number),
    restartNumber: Number(row.restart_number),
    startTime: isoOf(row.start_ms),
    endTime: isoOf(row.end_ms),
    duration_seconds: numberOf(row.duration),
    peakConcurrent: Number(row.peak_concurrent),
    peakAt: isoOf(row.peak_ms),
  }))
}

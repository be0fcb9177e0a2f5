import type { DuckDBValue } from '@duckdb/node-api'
import { refused, withCatalog } from '../catalog.ts'
import { isoOf, numberOf, textOf } from '../completeness.ts'
import { chooseInstances } from './choose.ts'

/** The attendance of a webinar, for whoever held it. The shape of `report --json`: fields are added, never changed. */
export interface AttendanceReport {
  /** When the last of it was read, ISO 8601. */
  asOf: string | null
  /** Whether every join/leave row Zoom has of these instances is here. */
  isAttendanceComplete: boolean
  /** What else, or what of it, is not. */
  missing: Missing[]
  webinar: {
    zoomWebinarId: number
    topic: string | null
    hostEmail: string | null
    timezone: string | null
    hasRegistration: boolean
    /** All instances of the webinar, whether they are in this report or not. */
    instances: number
  }
  instances: Instance[]
  figures: Figures
  /** Who came, the longest first. Of several instances a person's are added up. */
  people: Attendee[]
  /** Approved registrations of people who did not come, by name. */
  noShows: NoShow[]
  /** Most people present at once in each minute. */
  timeline: { minute: string; present: number }[]
}

interface Missing {
  stream: string
  status: string
  reason: string | null
  expected: number | null
  captured: number
}

interface Instance {
  zoomUuid: string
  number: number
  restartNumber: number
  startTime: string | null
  endTime: string | null
  duration_seconds: number | null
  peakConcurrent: number
  peakAt: string | null
}

interface Figures {
  /** Registrations that count: approved, made before the end, and of these instances' occurrence where each has its own. */
  registered: number
  /** Of those, with a participant. */
  registeredCame: number
  /** 100 * registeredCame / registered; null where nobody had registered. */
  attendanceRate_percent: number | null
  people: number
  attendees: number
  panelists: number
  hosts: number
  /** Of attendees. */
  averageMinutes: number | null
  medianMinutes: number | null
  averageEngagement: number | null
  stayedToEnd: number
  pollsAnswered: number
  questionsAsked: number
}

export interface Attendee {
  participantId: string
  name: string | null
  email: string | null
  organization: string | null
  role: string
  isRegistered: boolean
  firstJoin: string | null
  lastLeave: string | null
  /** True presence: two devices at once count once. */
  present_seconds: number
  sessions: number
  /** Of the instances' length; null where that is unknown. */
  share_percent: number | null
  engagement: number | null
  pollsAnswered: number
  questionsAsked: number
  hasAnsweredSurvey: boolean
  hasStayedToEnd: boolean
  /** In how many of the report's instances. */
  instances: number
}

export interface NoShow {
  name: string | null
  email: string | null
  organization: string | null
  registeredAt: string | null
}

type Row = Record<string, unknown>
/** Asks the one catalog a report is read from. */
export type Ask = (sql: string, values?: Record<string, DuckDBValue>) => Promise<Row[]>

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

/** Of one instance its participants; of several, persons, whose rows are added up and whose scores are averaged. */
async function readPeople(ask: Ask, instanceCount: number): Promise<Attendee[]> {
  const rows = await ask(
    `with
     people as (
         select
             participants.*,
             ${instanceCount === 1 ? 'participants.id' : 'participants.person_id'} as who,
             coalesce(participants.participant_email, registrants.email) as email,
             coalesce(participants.participant_name, nullif(concat_ws(' ', registrants.first_name, registrants.last_name), '')) as name,
             registrants.organization,
             instances.duration as instance_duration
         from marts.zoom_participants as participants
         inner join marts.zoom_webinar_instances as instances on instances.id = participants.instance_id
         left join marts.zoom_registrants as registrants on registrants.id = participants.registrant_id
         where participants.instance_id in (from chosen)
     )
     select
         first(id order by total_duration desc, id) as id,
         first(name order by total_duration desc, id) filter (where name is not null) as name,
         first(email order by total_duration desc, id) filter (where email is not null) as email,
         first(organization order by total_duration desc, id) filter (where organization is not null) as organization,
         first(role order by role = 'attendee', role <> 'host', id) as role,
         bool_or(registrant_id is not null) as is_registered,
         epoch_ms(min(first_join_time)) as join_ms,
         epoch_ms(max(last_leave_time)) as leave_ms,
         sum(total_duration)::bigint as present,
         sum(session_count)::bigint as sessions,
         round(least(100, 100 * sum(total_duration) / nullif(sum(instance_duration), 0)), 1)::double as share,
         round(avg(engagement_score), 1)::double as engagement,
         sum(polls_answered)::bigint as polls_answered,
         sum(questions_asked)::bigint as questions_asked,
         bool_or(has_answered_survey) as has_answered_survey,
         bool_or(has_stayed_to_end) as has_stayed_to_end,
         count(distinct instance_id) as instances
     from people
     group by who
     order by present desc, name nulls last, id`,
  )
  return rows.map((row) => ({
    participantId: String(row.id),
    name: textOf(row.name),
    email: textOf(row.email),
    organization: textOf(row.organization),
    role: String(row.role),
    isRegistered: row.is_registered === true,
    firstJoin: isoOf(row.join_ms),
    lastLeave: isoOf(row.leave_ms),
    present_seconds: Number(row.present),
    sessions: Number(row.sessions),
    share_percent: numberOf(row.share),
    engagement: numberOf(row.engagement),
    pollsAnswered: Number(row.polls_answered),
    questionsAsked: Number(row.questions_asked),
    hasAnsweredSurvey: row.has_answered_survey === true,
    hasStayedToEnd: row.has_stayed_to_end === true,
    instances: Number(row.instances),
  }))
}

/** Whoever registered twice and came once is no no-show, though one of the two registrations did not come. */
async function readRegistrations(ask: Ask) {
  const rows = await ask(
    `with
     instances as (
         select * from marts.zoom_webinar_instances where id in (from chosen)
     ),
     came as (
         select registrant_id, person_id from marts.zoom_participants where instance_id in (from chosen)
     )
     select
         nullif(concat_ws(' ', first_name, last_name), '') as name,
         email,
         organization,
         epoch_ms(registered_at) as registered_ms,
         id in (select registrant_id from came where registrant_id is not null) as has_come,
         coalesce(person_id in (select person_id from came where person_id is not null), false) as is_here
     from marts.zoom_registrants
     where webinar_id in (select webinar_id from instances)
         and status = 'approved'
         and coalesce(registered_at <= (select max(end_time) from instances), true)
         and (
             occurrence_id is null
             or coalesce((select bool_and(occurrence_id is null) from instances), true)
             or occurrence_id in (select occurrence_id from instances)
         )
     order by last_name nulls last, first_name nulls last, email, id`,
  )
  const came = rows.filter((row) => row.has_come === true).length
  return {
    figures: {
      registered: rows.length,
      registeredCame: came,
      attendanceRate_percent: rows.length === 0 ? null : Math.round((1000 * came) / rows.length) / 10,
    },
    noShows: rows
      .filter((row) => row.has_come !== true && row.is_here !== true)
      .map((row) => ({
        name: textOf(row.name),
        email: textOf(row.email),
        organization: textOf(row.organization),
        registeredAt: isoOf(row.registered_ms),
      })),
  }
}

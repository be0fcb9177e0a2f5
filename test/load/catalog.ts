import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

/** DuckDB's types of the marts; only columns whose type is not text are listed. */
const tables: Record<string, string> = {
  zoom_people: `id uuid, account_id, display_name, primary_email, zoom_user_id, first_seen_at timestamptz,
    last_seen_at timestamptz, instances_attended integer, webinars_attended integer, total_duration bigint`,
  zoom_person_aliases: 'alias_id uuid, person_id uuid',
  zoom_webinars: `id uuid, account_id, zoom_webinar_id bigint, topic, host_id, host_email, timezone,
    start_time timestamptz, scheduled_duration integer, webinar_type integer, status, has_registration boolean,
    total_registrants integer, pending_registrants integer, denied_registrants integer, registrants_attended integer,
    instance_count integer, actual_participant_count integer, unique_participant_count integer`,
  zoom_webinar_instances: `id uuid, account_id, webinar_id uuid, zoom_uuid, instance_number integer,
    restart_number integer, restart_of_instance_id uuid, occurrence_id, topic, start_time timestamptz,
    end_time timestamptz, duration integer, reported_duration_minutes integer, reported_participants integer,
    reported_unique_viewers integer, reported_peak_viewers integer, captured_rows integer, connection_count integer,
    session_count integer, actual_participant_count integer, attendee_count integer, viewer_count integer, panelist_count integer, host_count integer, peak_concurrent integer, peak_at timestamptz,
    attendee_peak_concurrent integer, total_duration bigint, connected_duration bigint, registrants_attended integer,
    median_duration integer, late_arrival_count integer, early_leaver_count integer, polls_offered integer,
    is_qa_offered boolean, is_survey_offered boolean, capture_status, source_endpoint, discovered_by`,
  zoom_registrants: `id uuid, account_id, webinar_id uuid, person_id uuid, zoom_registrant_id, email, first_name,
    last_name, status, registered_at timestamptz, tracking_source, custom_answers json, occurrence_id, organization,
    job_title, country, has_attended boolean, instances_attended integer`,
  zoom_participants: `id uuid, account_id, webinar_id uuid, instance_id uuid, person_id uuid, registrant_id uuid,
    participant_name, participant_email, zoom_user_id, role, first_join_time timestamptz, last_leave_time timestamptz,
    total_duration integer, connected_duration integer, session_count integer, connection_count integer,
    attended_seconds integer, missed_start_seconds integer, missed_end_seconds integer, is_late_arrival boolean, is_early_leaver boolean,
    engagement_score decimal(5,2), attended_share decimal(5,4), has_stayed_to_end boolean, polls_offered integer,
    polls_answered integer, is_qa_offered boolean, questions_asked integer, is_survey_offered boolean,
    has_answered_survey boolean, identity_method, identity_confidence decimal(4,3),
    source_endpoint`,
  zoom_participant_sessions: `id uuid, participant_id uuid, instance_id uuid, webinar_id uuid, session_number integer,
    join_time timestamptz, leave_time timestamptz, duration integer, connection_count integer`,
  zoom_instance_timeline:
    'instance_id uuid, minute timestamptz, present integer, joined integer, "left" integer',
  zoom_instance_dropoff: `instance_id uuid, tenth integer, starts_at timestamptz, ends_at timestamptz,
    attendees integer, not_yet_come integer, present integer, away integer, gone integer, present_share decimal(5,4),
    average_present decimal(10,2)`,
  zoom_poll_answers: `id uuid, webinar_id uuid, instance_id uuid, participant_id uuid, name, email, polling_id,
    question, answer, answered_at timestamptz`,
  zoom_questions: `id uuid, webinar_id uuid, instance_id uuid, participant_id uuid, name, email, question_id, question,
    answer, question_status, asked_at timestamptz`,
  zoom_survey_answers: `id uuid, webinar_id uuid, instance_id uuid, participant_id uuid, name, email, survey_id,
    question_id, question, answer, answered_at timestamptz`,
  zoom_capture_audit: `account_id, webinar_id uuid, instance_id uuid, subject, stream, source_endpoint,
    expected bigint, captured bigint, status, reason, captured_at timestamptz`,
  zoom_capture_promises: `account_id, webinar_id uuid, instance_id uuid, subject, stream, source_endpoint, figure,
    measure, promised bigint, captured bigint, captured_from, verdict, note`,
}

export type Row = Record<string, unknown>
export type Marts = Record<string, Row[]>

/** A stable uuid from a short word: `uuid('ann')`. */
export function uuid(word: string): string {
  const hex = Buffer.from(word).toString('hex').padEnd(32, '0').slice(0, 32)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Writes a catalog with these marts into a folder of its own and returns its path. */
export async function writeCatalog(marts: Marts, prepare: string[] = []): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'rollcall-catalog-')), 'rollcall.duckdb')
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  // Looking for the best compression of hundreds of tiny columns takes longer than everything else.
  await connection.run(`set force_compression = 'uncompressed'`)
  const statements = Object.entries(tables).flatMap(([name, columns]) => {
    const typed = columns
      .split(/,\s+(?![^(]*\))/)
      .map((column) => (column.includes(' ') ? column : `${column} varchar`))
    return [`create table marts.${name} (${typed.join(', ')})`, ...insertions(name, marts[name] ?? [])]
  })
  // One transaction, so one wait for the disk.
  await connection.run(['begin', 'create schema marts', ...statements, ...prepare, 'commit'].join(';\n'))
  connection.closeSync()
  instance.closeSync()
  return path
}

/** A statement for all rows that have the same columns. */
function insertions(table: string, rows: readonly Row[]): string[] {
  const alike = Map.groupBy(rows, (row) =>
    Object.keys(row)
      .map((column) => `"${column}"`)
      .join(', '),
  )
  return [...alike].map(([columns, some]) => {
    const values = some.map((row) => `(${Object.values(row).map(literal).join(', ')})`)
    return `insert into marts.${table} (${columns}) values ${values.join(', ')}`
  })
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  // A statement ends at U+0000.
  return `'${String(value).replaceAll("'", "''").replaceAll('\0', "' || chr(0) || '")}'`
}

/** Persons by word; each has the columns that must be there. */
export function person(word: string, row: Row = {}): Row {
  return {
    id: uuid(word),
    account_id: 'acc',
    display_name: word,
    instances_attended: 1,
    webinars_attended: 1,
    total_duration: 600,
    ...row,
  }
}

export function webinar(word: string, row: Row = {}): Row {
  return {
    id: uuid(word),
    account_id: 'acc',
    zoom_webinar_id: 91234567890,
    topic: `About ${word}`,
    start_time: '2026-05-04 15:00:00+00',
    scheduled_duration: 60,
    status: 'ended',
    has_registration: true,
    total_registrants: 0,
    pending_registrants: 0,
    denied_registrants: 0,
    registrants_attended: 0,
    instance_count: 1,
    actual_participant_count: 0,
    unique_participant_count: 0,
    ...row,
  }
}

export function instance(word: string, webinarWord: string, row: Row = {}): Row {
  return {
    id: uuid(word),
    account_id: 'acc',
    webinar_id: uuid(webinarWord),
    zoom_uuid: `${word}==`,
    instance_number: 1,
    restart_number: 0,
    start_time: '2026-05-04 15:00:00+00',
    end_time: '2026-05-04 16:00:00+00',
    duration: 3600,
    captured_rows: 0,
    connection_count: 0,
    session_count: 0,
    actual_participant_count: 0,
    attendee_count: 0,
    viewer_count: 0,
    panelist_count: 0,
    host_count: 0,
    peak_concurrent: 0,
    attendee_peak_concurrent: 0,
    total_duration: 0,
    connected_duration: 0,
    registrants_attended: 0,
    late_arrival_count: 0,
    early_leaver_count: 0,
    polls_offered: 0,
    is_qa_offered: false,
    is_survey_offered: false,
    capture_status: 'complete',
    source_endpoint: 'report',
    ...row,
  }
}

export function registrant(word: string, webinarWord: string, row: Row = {}): Row {
  return {
    id: uuid(word),
    account_id: 'acc',
    webinar_id: uuid(webinarWord),
    status: 'approved',
    has_attended: false,
    instances_attended: 0,
    ...row,
  }
}

export function participant(
  word: string,
  instanceWord: string,
  webinarWord: string,
  personWord: string,
  row: Row = {},
): Row {
  return {
    id: uuid(word),
    account_id: 'acc',
    webinar_id: uuid(webinarWord),
    instance_id: uuid(instanceWord),
    person_id: uuid(personWord),
    participant_name: personWord,
    role: 'attendee',
    first_join_time: '2026-05-04 15:00:00+00',
    last_leave_time: '2026-05-04 15:10:00+00',
    total_duration: 600,
    connected_duration: 600,
    session_count: 1,
    connection_count: 1,
    has_stayed_to_end: false,
    polls_offered: 0,
    polls_answered: 0,
    is_qa_offered: false,
    questions_asked: 0,
    is_survey_offered: false,
    has_answered_survey: false,
    identity_method: 'email',
    identity_confidence: '0.980',
    source_endpoint: 'report',
    ...row,
  }
}

export function session(word: string, participantRow: Row, row: Row = {}): Row {
  return {
    id: uuid(word),
    participant_id: participantRow.id,
    instance_id: participantRow.instance_id,
    webinar_id: participantRow.webinar_id,
    session_number: 1,
    join_time: '2026-05-04 15:00:00+00',
    leave_time: '2026-05-04 15:10:00+00',
    duration: 600,
    connection_count: 1,
    ...row,
  }
}

/** A tenth of an instance of an hour, by default with two attendees who are not there. */
export function dropoff(instanceWord: string, tenth: number, row: Row = {}): Row {
  const at = (minutes: number) => new Date(Date.UTC(2026, 4, 4, 15, minutes)).toISOString()
  return {
    instance_id: uuid(instanceWord),
    tenth,
    starts_at: at(6 * tenth - 6),
    ends_at: at(6 * tenth),
    attendees: 2,
    not_yet_come: 0,
    present: 0,
    away: 0,
    gone: 0,
    present_share: '0.0000',
    average_present: '0.00',
    ...row,
  }
}

/** The best capture of an instance's participants. */
export function capture(instanceWord: string, webinarWord: string, row: Row = {}): Row {
  return {
    account_id: 'acc',
    webinar_id: uuid(webinarWord),
    instance_id: uuid(instanceWord),
    subject: `instance:${instanceWord}==`,
    stream: 'participants',
    source_endpoint: 'report',
    expected: 2,
    captured: 2,
    status: 'complete',
    captured_at: '2026-05-05 01:00:00+00',
    ...row,
  }
}

/** What the listing of an instance's participants promised. */
export function promise(instanceWord: string, webinarWord: string, row: Row = {}): Row {
  return {
    account_id: 'acc',
    webinar_id: uuid(webinarWord),
    instance_id: uuid(instanceWord),
    subject: `instance:${instanceWord}==`,
    stream: 'participants',
    source_endpoint: 'report',
    figure: 'total_records',
    measure: 'rows',
    promised: 2,
    captured: 2,
    captured_from: 'report',
    verdict: 'met',
    ...row,
  }
}

import type { DataStream, Stream } from '../streams.ts'

/** Parquet types the raw zone uses. `json` is a UTF-8 string that holds JSON; `timestamp` is UTC milliseconds. */
export type ColumnType = 'string' | 'int32' | 'int64' | 'double' | 'boolean' | 'timestamp' | 'json'

export type Columns = Readonly<Record<string, ColumnType>>

/**
 * Where a row came from. On every row of every data stream, after the stream's own columns.
 * `webinar_id` and `instance_uuid` are the subject's, unless the parsed row carries its own under these names
 * (lists of instances and webinars do).
 */
const provenance = {
  account_id: 'string',
  /** Canonical subject of the capture, see `Subject.key`. */
  subject: 'string',
  webinar_id: 'int64',
  instance_uuid: 'string',
  source_endpoint: 'string',
  run_id: 'string',
  capture_id: 'string',
  /** Counted from 1 within the capture. */
  page_number: 'int32',
  /** Counted from 1 within the page. */
  row_number: 'int32',
  fetched_at: 'timestamp',
  /** The row as Zoom sent it, less secrets and join links. */
  raw: 'json',
} as const satisfies Columns

/** The typed columns of each data stream. Absent and empty strings from Zoom are null here; `raw` keeps the difference. */
export const dataColumns = {
  users: {
    user_id: 'string',
    email: 'string',
    display_name: 'string',
    first_name: 'string',
    last_name: 'string',
    user_type: 'int32',
    user_status: 'string',
    timezone: 'string',
    department: 'string',
  },
  /** From `/users/{id}/webinars` (source `users`), `/webinars/{id}` (source `webinars`). `webinar_id` is provenance. */
  webinars: {
    zoom_uuid: 'string',
    topic: 'string',
    webinar_type: 'int32',
    host_id: 'string',
    host_email: 'string',
    start_time: 'timestamp',
    duration_minutes: 'int32',
    timezone: 'string',
    agenda: 'string',
    created_at: 'timestamp',
    approval_type: 'int32',
    registration_type: 'int32',
    occurrences: 'json',
  },
  /** One row per route that saw the instance; `source_endpoint` is the route. */
  instances: {
    zoom_uuid: 'string',
    topic: 'string',
    meeting_type: 'int32',
    host_id: 'string',
    host_email: 'string',
    host_name: 'string',
    start_time: 'timestamp',
    end_time: 'timestamp',
    /** Zoom's own minutes, rounded up. */
    duration_minutes: 'int32',
    /** The route's own participant figure; whether it counts rows or people is not documented. */
    participants_count: 'int32',
    unique_viewers: 'int32',
    max_concurrent_views: 'int32',
    total_participant_minutes: 'int64',
    occurrence_id: 'string',
    /** Reported by the portal's CSV header only. */
    registrants_count: 'int32',
    cancelled_count: 'int32',
    total_users: 'int32',
  },
  participants: {
    /** One join; recurs in every instance. Never an identity. */
    user_id: 'string',
    /** Zoom account user, from `participant_user_id`, else `id`. */
    zoom_user_id: 'string',
    registrant_id: 'string',
    name: 'string',
    email: 'string',
    join_time: 'timestamp',
    leave_time: 'timestamp',
    /** As reported; null where the source has none. */
    duration_seconds: 'int32',
    /** `in_meeting`, `in_waiting_room`. */
    status: 'string',
    /** `host`, `panelist`, `attendee`, `other`; only metrics and csv say. */
    role: 'string',
    customer_key: 'string',
    breakout_room_id: 'string',
    participant_uuid: 'string',
    device: 'string',
    leave_reason: 'string',
    is_internal: 'boolean',
    is_failover: 'boolean',
    country: 'string',
  },
  /** Source `webinars` or `csv`. */
  registrants: {
    registrant_id: 'string',
    email: 'string',
    first_name: 'string',
    last_name: 'string',
    /** `approved`, `pending`, `denied`. */
    status: 'string',
    registered_at: 'timestamp',
    occurrence_id: 'string',
    tracking_source_id: 'string',
    /** Name of the source; the CSV carries it, the API only its id. */
    tracking_source: 'string',
    organization: 'string',
    job_title: 'string',
    city: 'string',
    country: 'string',
    /** Array of `{title, value}`. */
    custom_answers: 'json',
  },
  registration_questions: {
    /** `standard` or `custom`. */
    question_kind: 'string',
    field_name: 'string',
    title: 'string',
    question_type: 'string',
    is_required: 'boolean',
    answers: 'json',
  },
  panelists: {
    panelist_id: 'string',
    name: 'string',
    email: 'string',
  },
  absentees: {
    registrant_id: 'string',
    email: 'string',
    first_name: 'string',
    last_name: 'string',
    status: 'string',
    registered_at: 'timestamp',
  },
  /** One row per person and question. */
  polls: {
    name: 'string',
    email: 'string',
    polling_id: 'string',
    question: 'string',
    answer: 'string',
    answered_at: 'timestamp',
  },
  /** Q&A: one row per question asked. */
  questions: {
    zoom_user_id: 'string',
    name: 'string',
    email: 'string',
    question_id: 'string',
    question: 'string',
    answer: 'string',
    question_status: 'string',
    asked_at: 'timestamp',
    answers: 'json',
  },
  /** One row per person and question. */
  surveys: {
    survey_id: 'string',
    survey_name: 'string',
    name: 'string',
    email: 'string',
    question_id: 'string',
    question: 'string',
    answer: 'string',
    answered_at: 'timestamp',
  },
  tracking_sources: {
    tracking_source_id: 'string',
    source_name: 'string',
    registrations_count: 'int32',
    visitors_count: 'int32',
  },
  report_details: {
    zoom_uuid: 'string',
    topic: 'string',
    meeting_type: 'int32',
    host_email: 'string',
    host_name: 'string',
    start_time: 'timestamp',
    end_time: 'timestamp',
    duration_minutes: 'int32',
    total_minutes: 'int64',
    participants_count: 'int32',
    department: 'string',
  },
} as const satisfies Record<DataStream, Columns>

/** The ledger's columns. A capture row is the commit record of its rows: rows without one do not exist for the views. */
export const ledgerColumns = {
  captures: {
    capture_id: 'string',
    run_id: 'string',
    account_id: 'string',
    stream: 'string',
    subject: 'string',
    webinar_id: 'int64',
    instance_uuid: 'string',
    instance_start: 'timestamp',
    source_endpoint: 'string',
    /** A `CaptureStatus`. */
    status: 'string',
    reason: 'string',
    /** Zoom's error code, where there was one. */
    error_code: 'int32',
    /** `total_records`, the largest any page promised; null where the endpoint promises nothing. */
    expected_rows: 'int64',
    captured_rows: 'int64',
    /**
     * How many of them are sure to be others sent again, as when a listing grows between two pages: equal to another
     * row and, where the endpoint promises a total, beyond it. (Equal rows within the promise are Zoom's own.)
     */
    repeated_rows: 'int64',
    rejected_rows: 'int64',
    pages: 'int32',
    /** Order-free hash of the rows' `raw`, so that two readings can be compared without reading them. */
    rows_checksum: 'string',
    started_at: 'timestamp',
    finished_at: 'timestamp',
  },
  pages: {
    capture_id: 'string',
    run_id: 'string',
    account_id: 'string',
    page_number: 'int32',
    row_count: 'int32',
    rejected_count: 'int32',
    total_records: 'int64',
    page_size: 'int32',
    has_next: 'boolean',
    body_bytes: 'int64',
    fetched_at: 'timestamp',
  },
  /** What could not be understood is kept here, as text, so that nothing Zoom sent is lost. */
  rejects: {
    capture_id: 'string',
    run_id: 'string',
    account_id: 'string',
    stream: 'string',
    subject: 'string',
    page_number: 'int32',
    /** Null when the whole page was refused. */
    row_number: 'int32',
    reason: 'string',
    fetched_at: 'timestamp',
    raw: 'string',
  },
} as const satisfies Record<'captures' | 'pages' | 'rejects', Columns>

const dataStreamColumns = Object.fromEntries(
  Object.entries(dataColumns).map(([stream, columns]): [string, Columns] => [
    stream,
    { ...columns, ...provenance },
  ]),
) as Record<DataStream, Columns>

const streamColumns: Readonly<Record<Stream, Columns>> = { ...ledgerColumns, ...dataStreamColumns }

/** All columns of a stream in file order; always the same object. */
export function columnsOf(stream: Stream): Columns {
  return streamColumns[stream]
}

const placesByColumns = new WeakMap<Columns, ReadonlyMap<string, number>>()

/** Names of columns in their order, with their places. */
export function placesOf(columns: Columns): ReadonlyMap<string, number> {
  let places = placesByColumns.get(columns)
  if (places === undefined) {
    places = new Map(Object.keys(columns).map((name, place) => [name, place]))
    placesByColumns.set(columns, places)
  }
  return places
}

/** A value of a raw column: timestamps are epoch milliseconds, json is its text. */
export type RawValue = string | number | boolean | null

/** A stream's own columns (no provenance, no `raw`). Missing keys are null. */
export type RawRow = Record<string, RawValue>

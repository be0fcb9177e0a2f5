/**
 * The part of the warehouse the dashboard reads, as node-postgres hands it over: `bigint` and `numeric` are strings,
 * `timestamptz` is a Date. Meanings are the comments on the columns themselves, see the warehouse's migrations.
 */
export interface Warehouse {
  zoom_webinars: {
    id: string
    zoom_webinar_id: string
    topic: string | null
    host_email: string | null
    status: string
    start_time: Date | null
    scheduled_duration: number | null
    has_registration: boolean
    total_registrants: number
    registrants_attended: number
    instance_count: number
    actual_participant_count: number
    unique_participant_count: number
  }
  zoom_webinar_instances: {
    id: string
    webinar_id: string
    instance_number: number
    restart_number: number
    topic: string | null
    start_time: Date | null
    end_time: Date | null
    duration: number | null
    reported_participants: number | null
    captured_rows: number
    connection_count: number
    session_count: number
    actual_participant_count: number
    attendee_count: number
    panelist_count: number
    host_count: number
    peak_concurrent: number
    peak_at: Date | null
    total_duration: string
    registrants_attended: number
    median_duration: number | null
    capture_status: string
    source_endpoint: string | null
  }
  zoom_registrants: {
    id: string
    webinar_id: string
    person_id: string | null
    email: string | null
    first_name: string | null
    last_name: string | null
    status: string
    registered_at: Date | null
    tracking_source: string | null
    has_attended: boolean
  }
  zoom_people: {
    id: string
    display_name: string | null
    primary_email: string | null
    first_seen_at: Date | null
    last_seen_at: Date | null
    instances_attended: number
    webinars_attended: number
    total_duration: string
  }
  zoom_person_aliases: {
    alias_id: string
    person_id: string
  }
  zoom_participants: {
    id: string
    webinar_id: string
    instance_id: string
    person_id: string
    registrant_id: string | null
    participant_name: string | null
    participant_email: string | null
    role: string
    first_join_time: Date | null
    last_leave_time: Date | null
    total_duration: number
    session_count: number
    engagement_score: string | null
    attended_share: string | null
    polls_answered: number
    questions_asked: number
    identity_method: string
    identity_confidence: string
  }
  zoom_participant_sessions: {
    id: string
    participant_id: string
    instance_id: string
    session_number: number
    join_time: Date
    leave_time: Date
  }
  zoom_instance_timeline: {
    instance_id: string
    minute: Date
    present: number
    joined: number
    left: number
  }
  zoom_questions: {
    id: string
    instance_id: string
    participant_id: string | null
    name: string | null
    question: string | null
    answer: string | null
    question_status: string | null
    asked_at: Date | null
  }
  rollcall_runs: {
    id: string
    finished_at: Date
    status: string
    software_version: string
  }
}

/**
 * The vocabulary of extraction: what is read (streams), about whom (subjects), from where (sources) and how it
 * ended (capture statuses). Every other file of this layer speaks in these words, and so do the raw zone's
 * columns and the models.
 */

/** What rollcall reads from Zoom. Each is a folder in the raw zone: `<data>/raw/<stream>/month=YYYY-MM/`. */
export const dataStreams = [
  'users',
  'webinars',
  'instances',
  'participants',
  'registrants',
  'registration_questions',
  'panelists',
  'absentees',
  'polls',
  'questions',
  'surveys',
  'tracking_sources',
  'report_details',
] as const

/** What rollcall writes about its own reading: one row a capture, a page, a rejected row or page. */
const ledgerStreams = ['captures', 'pages', 'rejects'] as const

export const streams = [...dataStreams, ...ledgerStreams] as const

export type DataStream = (typeof dataStreams)[number]
export type Stream = (typeof streams)[number]

/** How a capture ended. The words of the design; `zoom_capture_audit.status` uses the same. */
const captureStatuses = ['complete', 'empty', 'partial', 'not_ready', 'denied', 'expired', 'failed'] as const
export type CaptureStatus = (typeof captureStatuses)[number]

/**
 * Where rows came from: the value of `source_endpoint`. For participants the order here is the order of
 * preference (report, past_webinars, metrics, then the portal's CSV).
 */
export const sources = [
  'report',
  'past_webinars',
  'metrics',
  'csv',
  'webinars',
  'users',
  'history_meetings',
  'user_reports',
] as const
export type Source = (typeof sources)[number]

/**
 * What one capture is about. `key` is canonical and unique within an account and stream, for example
 * `account`, `window:2026-05-01`, `user:USERID:2026-05-01`, `webinar:91234567890`,
 * `webinar:91234567890:status=approved`, `instance:4444AAAiAAAAAiAiAiiAii==`.
 */
export interface Subject {
  key: string
  /** Numeric Zoom id of the webinar, where the subject has one. */
  webinarId?: number
  /** Zoom's uuid of the instance, where the subject is one. */
  instanceUuid?: string
  /** Start of the instance; chooses the month folder. ISO 8601 UTC. */
  instanceStart?: string
  /** Scheduled end of what we know, for telling "too early" from "nobody came". ISO 8601 UTC. */
  instanceEnd?: string
  userId?: string
  /** First and last day of a discovery window, `YYYY-MM-DD`. */
  from?: string
  to?: string
  /** Narrowing parameters of a registrants listing. */
  registrantStatus?: 'approved' | 'pending' | 'denied'
  occurrenceId?: string
  trackingSourceId?: string
}

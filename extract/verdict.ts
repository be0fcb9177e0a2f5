import type { CaptureStatus, DataStream, Source, Subject } from './streams.ts'
import type { ZoomError } from './zoom/errors.ts'

/** How a capture ended, in the words of the ledger. */
export interface Verdict {
  status: CaptureStatus
  reason?: string
  errorCode?: number
  /** A failure of the network or of Zoom's servers, which a later run may not meet. */
  isTransient?: boolean
}

/** What a finished reading found. Counts are rows, never people. */
export interface Reading {
  rows: number
  rejected: number
  /** Largest `total_records` any page promised; null where the endpoint promises nothing. */
  expected: number | null
  /** Largest `total_records` of the sources tried before this one for the same subject; null where none promised. */
  promised: number | null
  /** Whether any row reports a duration above zero; null where the source has no durations. */
  hasDuration: boolean | null
}

const HOUR_MS = 3_600_000
/** Zoom says up to 30 minutes, practitioners see 75; a day is safe and costs one more reading. */
const READY_AFTER_MS = 24 * HOUR_MS
/** A webinar this long with a duration of 0 on every row was read before Zoom had processed it. */
const LONG_WEBINAR_MS = 10 * 60_000
/** Reports reach back six months; see the availability table of the facts. */
export const REPORT_REACH_MONTHS = 6

/** Reports that exist only where the feature was used: their 404 means "none", once the webinar is known to have ended. */
const OPTIONAL_REPORTS: readonly DataStream[] = [
  'polls',
  'questions',
  'surveys',
  'tracking_sources',
  'registration_questions',
  'panelists',
]

/** Time since the instance ended (or started, where the end is unknown); null without either. */
function ageMs(subject: Subject, nowMs: number): number | null {
  const ended = subject.instanceEnd ?? subject.instanceStart
  return ended === undefined ? null : nowMs - Date.parse(ended)
}

function isRecent(subject: Subject, nowMs: number): boolean {
  const age = ageMs(subject, nowMs)
  return age !== null && age < READY_AFTER_MS
}

/**
 * The verdict on a listing that was read to its last page.
 *
 * `hinted` is the number of participants another route saw in this instance (people or rows, Zoom does not say
 * which), so it can tell "nobody came" from "not ready", but is never compared with a count of rows.
 */
export function verdictOfReading(
  stream: DataStream,
  subject: Subject,
  reading: Reading,
  hinted: number | null,
  nowMs: number,
): Verdict {
  if (reading.rejected > 0) {
    return {
      status: 'partial',
      reason: `${reading.rejected} row(s) or page(s) could not be understood; they are kept in raw.rejects`,
    }
  }
  if (reading.expected !== null && reading.rows < reading.expected) {
    return {
      status: 'partial',
      reason: `Zoom promised ${reading.expected} rows and sent ${reading.rows}`,
    }
  }
  if (reading.promised !== null && reading.rows < reading.promised) {
    return {
      status: 'partial',
      reason: `another source promised ${reading.promised} rows, and this one sent ${reading.rows}`,
    }
  }
  if (stream !== 'participants') return { status: reading.rows === 0 ? 'empty' : 'complete' }
  if (reading.rows === 0) {
    if (isRecent(subject, nowMs)) {
      return { status: 'not_ready', reason: 'the report is empty and the webinar ended less than a day ago' }
    }
    if (hinted !== null && hinted > 0) {
      return {
        status: 'partial',
        reason: `the listing is empty, but Zoom reports ${hinted} participants for this instance elsewhere`,
      }
    }
    return { status: 'empty' }
  }
  const lengthMs =
    subject.instanceStart && subject.instanceEnd
      ? Date.parse(subject.instanceEnd) - Date.parse(subject.instanceStart)
      : 0
  if (reading.hasDuration === false && lengthMs >= LONG_WEBINAR_MS && isRecent(subject, nowMs)) {
    return { status: 'not_ready', reason: 'every row has a duration of 0: Zoom has not processed it yet' }
  }
  return { status: 'complete' }
}

/**
 * Whether a refusal holds for every subject, so that the source need not be asked for the others. A missing scope does;
 * a missing plan only where Zoom speaks of the account ("Only available for Paid or ZMP account", "Business or higher
 * accounts"): "Webinar plan is missing. You must … for this user" and 3161 "… your user account" are about one host.
 */
export function isAccountWide(error: ZoomError): boolean {
  if (error.meaning === 'missing_scope') return true
  const said = error.zoomMessage ?? ''
  return error.meaning === 'missing_plan' && /\baccounts?\b/i.test(said) && !/\buser\b/i.test(said)
}

/** The verdict on a listing that Zoom refused. Errors that end the whole run never come here. */
export function verdictOfError(
  stream: DataStream,
  source: Source,
  subject: Subject,
  error: ZoomError,
  nowMs: number,
): Verdict {
  const errorCode = error.code ?? undefined
  const said = error.zoomMessage === null ? '' : `: "${error.zoomMessage}"`
  const reason = error.message
  switch (error.meaning) {
    case 'no_registration':
      return { status: 'empty', reason: 'the webinar has no registration', errorCode }
    case 'missing_plan':
      if (subject.userId !== undefined && !isAccountWide(error))
        return { status: 'empty', reason: 'this user has no webinar plan', errorCode }
      return { status: 'denied', reason, errorCode }
    case 'missing_scope':
    case 'no_permission':
    case 'wrong_kind':
      return { status: 'denied', reason, errorCode }
    case 'expired':
      return { status: 'expired', reason: `older than Zoom keeps${said}`, errorCode }
    case 'not_ended':
    case 'not_found':
      if (isRecent(subject, nowMs)) return { status: 'not_ready', reason, errorCode }
      if (OPTIONAL_REPORTS.includes(stream) && subject.instanceUuid !== undefined) {
        return { status: 'empty', reason: `Zoom has no such report for this instance (${source})`, errorCode }
      }
      // Absentees are made from the registrations, which go with a deleted webinar while its reports remain.
      return isBeyondReach(subject, nowMs) || subject.instanceUuid === undefined || stream === 'absentees'
        ? { status: 'expired', reason: `Zoom no longer has it${said}`, errorCode }
        : { status: 'failed', reason, errorCode }
    default:
      return { status: 'failed', reason, errorCode, isTransient: error.kind === 'transient' }
  }
}

function isBeyondReach(subject: Subject, nowMs: number): boolean {
  if (subject.instanceStart === undefined) return false
  const reach = new Date(nowMs)
  reach.setUTCMonth(reach.getUTCMonth() - REPORT_REACH_MONTHS)
  return Date.parse(subject.instanceStart) < reach.getTime()
}

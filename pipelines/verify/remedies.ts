import { DateTime } from 'luxon'
import type { DataStream, Source } from '../../extract/streams.ts'
import { endpointFor } from '../../extract/zoom/endpoints/catalogue.ts'
import type { Attention } from '../completeness.ts'

/** Zoom's portal keeps reports this long, its API six months to a year (support article KB0060632). */
const PORTAL_MONTHS = 15
/** What a CSV report of the portal brings. */
const IN_CSV = ['participants', 'instances', 'registrants']

/**
 * What a person can do about a stream that is not complete: one sentence or two, with the command to run.
 * @param asOf time of the last capture, ISO 8601, so that the same catalog always says the same
 */
export function remedyOf(attention: Attention, asOf: string | null): string {
  const again = attention.subject.startsWith('route:') ? 'rollcall sync --full' : 'rollcall sync'
  switch (attention.status) {
    case 'denied':
      return denied(attention, again, asOf)
    case 'expired':
      return fromPortal(attention, asOf)
    case 'not_ready':
      return 'Zoom has not finished its report. The next rollcall sync reads it again; nothing else is needed.'
    case 'failed':
      if (/runs in a row failed/.test(attention.reason ?? ''))
        return 'It failed in run after run, so it is asked for less often. To ask now: rollcall sync --full. If attendance is missing, the attendee report of the portal brings it: rollcall import FILE --timezone ZONE.'
      return `Run ${again}: it asks again for what failed. If it fails again with the same reason, rollcall doctor checks the way to Zoom.`
    case 'partial':
      return partial(attention, again, asOf)
    default:
      return `Run ${again}.`
  }
}

function denied(attention: Attention, again: string, asOf: string | null): string {
  const reason = attention.reason ?? ''
  if (/missing_scope|contain scopes/i.test(reason)) {
    return `Add the scope ${scopesOf(attention)} to the Server-to-Server OAuth app (marketplace.zoom.us, Manage, your app, Scopes), then run ${again}.`
  }
  if (/missing_plan/.test(reason)) {
    return `This needs a plan that the account or the host does not have. ${fromPortal(attention, asOf)}`
  }
  return `Let the role of the app's owner read it (zoom.us, User Management, Roles), then run ${again}. rollcall doctor names what is missing.`
}

/** The scope Zoom asked for, else the one that the endpoint needs. */
function scopesOf({ reason, stream, source }: Attention): string {
  const named = /scopes?:?\s*\[([^\]]+)\]/i.exec(reason ?? '')?.[1]?.trim()
  if (named) return named
  if (source === null) return 'that is missing (rollcall doctor names it)'
  return endpointFor(stream as DataStream, source as Source).scopes[0] ?? ''
}

function partial(attention: Attention, again: string, asOf: string | null): string {
  if (/raw\.rejects/.test(attention.reason ?? '')) {
    return `Look at what was not understood: rollcall sql "select reason, raw from raw.rejects where subject = '${attention.subject.replaceAll("'", "''")}'". After an update of rollcall it is read again.`
  }
  return `Run ${again}: every source is tried again. If rows stay missing: ${fromPortal(attention, asOf)}`
}

/** What the portal's CSV report can still mend. */
function fromPortal({ stream, subject, startTime }: Attention, asOf: string | null): string {
  if (subject.startsWith('route:')) {
    return "Instances that only this list shows can be named: rollcall sync --webinar ID; older ones come from the portal's attendee reports with rollcall import."
  }
  if (!IN_CSV.includes(stream))
    return 'Zoom no longer gives it out, and attendance is not touched by it: nothing to do.'
  if (startTime !== null && asOf !== null) {
    const kept = DateTime.fromISO(asOf, { zone: 'utc' }).minus({ months: PORTAL_MONTHS })
    if (DateTime.fromISO(startTime, { zone: 'utc' }) < kept) {
      return `Older than the ${PORTAL_MONTHS} months of Zoom's portal: only an attendee report exported before can bring it, with rollcall import FILE --timezone ZONE.`
    }
  }
  return "Export the attendee report in Zoom's portal (zoom.us, Reports, Webinar, Attendee Report), then run rollcall import FILE --timezone ZONE."
}

import type { Affected, Matter } from './matters.ts'

/** Words for people, shared by the terminal and the page. */

const figureNames: Record<string, string> = {
  participants_count: 'participants',
  unique_viewers: 'unique viewers',
  max_concurrent_views: 'peak of viewers',
  registrants_count: 'registrants',
  total_users: 'total users',
  approved_registrants: 'registrants',
}

const sourceNames: Record<string, string> = {
  report: 'the detail report',
  past_webinars: 'past webinars',
  metrics: 'the dashboard',
  history_meetings: 'the history report',
  user_reports: "the host's report",
  csv: "the CSV report's header",
}

/** `unique viewers, the history report`. */
export function figureName(figure: string, source: string): string {
  return `${figureNames[figure] ?? figure}, ${sourceNames[source] ?? source}`
}

/** `not ready`. */
export function statusName(status: string): string {
  return status.replaceAll('_', ' ')
}

/** `participants, report details`. */
export function streamNames({ streams }: Pick<Matter, 'streams'>): string {
  return streams.map((stream) => stream.replaceAll('_', ' ')).join(', ')
}

/** `2026-05-10 10:00 UTC`. */
export function timeName(iso: string | null): string {
  return iso === null ? 'start unknown' : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

/** What an affected instance, webinar or route is called. */
export function affectedName({ subject, topic, zoomWebinarId, zoomUuid, startTime }: Affected): string {
  if (zoomUuid !== null) return `${topic ?? `Webinar ${zoomWebinarId}`}, ${timeName(startTime)}, ${zoomUuid}`
  if (zoomWebinarId !== null) return `${topic ?? 'Webinar'}, all of webinar ${zoomWebinarId}`
  const route = subject.replace(/^route:/, '')
  return `the whole account, by ${sourceNames[route] ?? route}`
}

/**
 * Zoom's own words with addresses taken out: a report is passed on, and its errors may name a host.
 */
export function withoutAddresses(text: string): string {
  return text.replaceAll(/[^\s"'<>()[\],;:]+@[^\s"'<>()[\],;:]+/g, '(an address)')
}

import type { RawRow } from '../../extract/raw/columns.ts'

/** What the portal exports of an instance, in UTC. */
export interface PortalReport {
  webinar: number
  topic: string
  startMs: number
  /** Who was there. */
  rows: readonly RawRow[]
  /** All who are registered, whether they came or not. */
  registrants: readonly RawRow[]
}

const columns =
  'Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes)'

/** The attendee report as the portal writes it. Those who registered and stayed away are in it too. */
export function portalReportCsv({ webinar, topic, startMs, rows, registrants }: PortalReport): string {
  const registered = (email: unknown) => registrants.find((one) => one.email === email && email !== null)
  const came = rows.map((row) => {
    const registrant = registered(row.email)
    const minutes = (Date.parse(String(row.leave_time)) - Date.parse(String(row.join_time))) / 60_000
    const [joined, left] = [shown(row.join_time), shown(row.leave_time)]
    return ['Yes', row.name, ...signUp(registrant, row.email), joined, left, Math.ceil(minutes)]
  })
  const stayedAway = registrants
    .filter(({ email }) => !rows.some((row) => row.email === email))
    .map((one) => ['No', one.first_name, ...signUp(one, one.email), '--', '--', '--'])
  const id = String(webinar)
  const start = `${shown(new Date(startMs).toISOString()).slice(0, -3)} AM`
  return [
    'Attendee Report,',
    'Report Generated:,"Jun 01, 2026 8:50 AM"',
    'Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,Max Concurrent Views',
    line([
      topic,
      `${id.slice(0, 3)}-${id.slice(3, 7)}-${id.slice(7)}`,
      start,
      60,
      registrants.length,
      0,
      1,
      rows.length,
      0,
    ]),
    'Attendee Details,',
    columns,
    ...[...came, ...stayedAway].map(line),
    '',
  ].join('\n')
}

const line = (cells: readonly unknown[]) => cells.map((cell) => `"${String(cell ?? '')}"`).join(',')

const signUp = (registrant: RawRow | undefined, email: unknown) =>
  registrant === undefined
    ? ['', '', email, '--', '--']
    : [registrant.first_name, registrant.last_name, email, shown(registrant.registered_at), registrant.status]

/** A time as the portal shows it, such as `May 02, 2026 10:00:05`. */
function shown(time: unknown): string {
  const [, day, month, year, clock] = new Date(String(time)).toUTCString().split(' ')
  return `${month} ${day}, ${year} ${clock}`
}

import pg from 'pg'
import type { Truth } from '../../simulator/truth.ts'

export interface Difference {
  what: string
  truth: unknown
  warehouse: unknown
}

const INSTANCES = `
  select
    instances.zoom_uuid,
    instances.captured_rows as rows,
    instances.connection_count as connections,
    instances.actual_participant_count as participants,
    instances.attendee_count as attendees,
    instances.panelist_count as panelists,
    instances.host_count as hosts,
    instances.session_count as sessions,
    instances.total_duration,
    instances.connected_duration,
    instances.peak_concurrent,
    instances.peak_at,
    instances.attendee_peak_concurrent,
    instances.registrants_attended,
    (select count(*) from zoom_poll_answers as answers where answers.instance_id = instances.id) as poll_answers,
    (select count(*) from zoom_questions as asked where asked.instance_id = instances.id) as questions,
    (select count(*) from zoom_survey_answers as answers where answers.instance_id = instances.id) as survey_answers,
    instances.late_arrival_count as late_arrivals,
    instances.early_leaver_count as early_leavers,
    instances.polls_offered,
    engaged.*,
    (select coalesce(string_agg(concat_ws('/', d.not_yet_come, d.present, d.away, d.gone), ' ' order by d.tenth), '')
      from zoom_instance_dropoff as d where d.instance_id = instances.id) as dropoff,
    (select count(*) from zoom_participants as p where p.instance_id = instances.id) as participant_rows,
    (select count(*) from zoom_participant_sessions as s where s.instance_id = instances.id) as session_rows,
    (select coalesce(sum(s.duration), 0) from zoom_participant_sessions as s where s.instance_id = instances.id) as session_seconds,
    (select coalesce(max(t.present), 0) from zoom_instance_timeline as t where t.instance_id = instances.id) as timeline_peak
  from zoom_webinar_instances as instances
  cross join lateral (
    select
      coalesce(sum(p.attended_seconds), 0) as attended_seconds,
      coalesce(sum(p.missed_start_seconds), 0) as missed_start_seconds,
      coalesce(sum(p.missed_end_seconds), 0) as missed_end_seconds,
      coalesce(sum(p.polls_answered), 0) as polls_answered,
      coalesce(sum(p.questions_asked), 0) as questions_asked,
      count(*) filter (where p.has_answered_survey) as survey_answered,
      coalesce(sum(p.engagement_score), 0) as engagement_points
    from zoom_participants as p where p.instance_id = instances.id
  ) as engaged`

const WEBINARS = `
  select
    webinars.zoom_webinar_id,
    webinars.total_registrants as approved,
    webinars.pending_registrants as pending,
    webinars.denied_registrants as denied,
    webinars.registrants_attended,
    (select coalesce(string_agg(concat(f.tracking_source, '=', f.approved), '; ' order by f.tracking_source collate "C"), '')
      from registrant_funnel as f
      where f.webinar_id = webinars.id and f.approved > 0 and f.tracking_source is not null) as approved_by_source,
    analytics.attendance_rate,
    analytics.actual_participant_count as participants
  from zoom_webinars as webinars
  join webinar_attendance_analytics as analytics on analytics.id = webinars.id`

/**
 * Compares a warehouse with the truth of the account it was filled from: every instance Zoom still has, figure by
 * figure, and every webinar. The tables are counted beside the aggregates, so that neither can be wrong alone.
 */
export async function compareWithTruth(databaseUrl: string, truth: Truth): Promise<Difference[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const instances = byKey(await client.query(INSTANCES), 'zoom_uuid')
    const webinars = byKey(await client.query(WEBINARS), 'zoom_webinar_id')
    const differences: Difference[] = []
    const compare = (what: string, expected: unknown, found: unknown) => {
      if (normal(expected) !== normal(found)) differences.push({ what, truth: expected, warehouse: found })
    }
    let available = 0
    for (const webinar of truth.webinars) {
      const name = `webinar ${webinar.zoom_webinar_id}`
      const found = webinars.get(String(webinar.zoom_webinar_id))
      if (found === undefined) {
        if (webinar.instances.some((instance) => instance.is_available)) compare(name, 'present', 'absent')
        continue
      }
      for (const figure of [
        'approved',
        'pending',
        'denied',
        'approved_by_source',
        'registrants_attended',
        'participants',
      ] as const) {
        compare(`${name} ${figure}`, webinar[figure], found[figure])
      }
      compare(`${name} attendance_rate`, rounded(webinar.attendance_rate), rounded(found.attendance_rate))
      for (const instance of webinar.instances.filter((one) => one.is_available)) {
        available += 1
        compareInstance(instance, instances.get(instance.zoom_uuid), compare)
      }
    }
    const captured = [...instances.values()].filter((one) => Number(one.participants) > 0).length
    const held = truth.webinars
      .flatMap((webinar) => webinar.instances)
      .filter((instance) => instance.is_available && instance.participants > 0).length
    compare('instances with participants', held, captured)
    if (available === 0) differences.push({ what: 'truth', truth: 'instances to compare', warehouse: 'none' })
    return differences
  } finally {
    await client.end()
  }
}

type TrueInstance = Truth['webinars'][number]['instances'][number]

function compareInstance(
  truth: TrueInstance,
  found: Record<string, unknown> | undefined,
  compare: (what: string, expected: unknown, found: unknown) => void,
): void {
  const name = `instance ${truth.zoom_uuid}`
  if (found === undefined) {
    compare(name, 'present', 'absent')
    return
  }
  const { zoom_uuid: _, is_available: __, engagement_points: points, ...figures } = truth
  for (const [figure, expected] of Object.entries(figures)) {
    if (figure in found) compare(`${name} ${figure}`, expected, found[figure])
  }
  // Scores are rounded one by one, and the last digit of a half is a matter of the machine.
  if (Math.abs(points - Number(found.engagement_points)) > 0.011 + truth.participants / 10_000)
    compare(`${name} engagement_points`, points, found.engagement_points)
  compare(`${name} participant rows`, truth.participants, found.participant_rows)
  compare(`${name} session rows`, truth.sessions, found.session_rows)
  compare(`${name} session seconds`, truth.total_duration, found.session_seconds)
  compare(`${name} timeline peak`, truth.peak_concurrent, found.timeline_peak)
}

function byKey(result: pg.QueryResult, key: string): Map<string, Record<string, unknown>> {
  return new Map(result.rows.map((row: Record<string, unknown>) => [String(row[key]), row]))
}

/** Postgres gives bigint as text and times as dates; the truth has numbers and ISO text. */
function normal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (value instanceof Date) return value.toISOString()
  const text = String(value)
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return new Date(text).toISOString()
  return /^-?\d+(\.\d+)?$/.test(text) ? String(Number(text)) : text
}

/** The view rounds rates to two decimals. */
function rounded(value: unknown): string | null {
  return value === null || value === undefined ? null : Number(value).toFixed(2)
}

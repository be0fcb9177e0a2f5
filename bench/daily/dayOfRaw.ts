import type { Stream } from '../../extract/streams.ts'
import { rawSelect } from '../rawSelect.ts'

/** What the account as a whole is like. */
export interface Shape {
  account: string
  webinars: number
  people: number
  /** The day the first instances ran. */
  firstDate: string
  instancesOfDay: number
  rowsOfInstance: number
}

/** A day: which instances ran on it, by their number. */
export interface Day {
  date: string
  from: number
  to: number
  /** The first instance that Zoom still lists. */
  seenFrom: number
  /** People of an instance; each has two rows. */
  persons: number
}

/** What one run wrote on a day. */
export interface DayOfRaw {
  runId: string
  /** SELECTs of the rows of each stream. */
  streams: [Stream, string][]
  /** SELECT of the captures. */
  captures: string
}

/**
 * SQL of the raw files of one day. Instance i is of webinar i modulo their number; its people come again in others, and
 * the first instance of a webinar brings the registrants.
 */
export function dayOfRaw(shape: Shape, { date, from, to, seenFrom, persons }: Day): DayOfRaw {
  const { account, webinars, people, rowsOfInstance, instancesOfDay } = shape
  const runId = `${date.replaceAll('-', '')}T230000000Z-${account}`
  const uuid = `'uuid-' || i || '=='`
  const start = `(timestamptz '${date} 10:00:00+00' + to_minutes((i % 600)::int))`
  const webinar = `91000000000 + i % ${webinars}`
  const person = `(hash(i * 7919 + r % ${persons}) % ${people})`
  const shared = {
    account_id: `'${account}'`,
    run_id: `'${runId}'`,
    fetched_at: `timestamptz '${date} 23:00:00+00'`,
    page_number: 'r // 300 + 1',
    row_number: 'r % 300 + 1',
  }
  const firstOfWebinar = `range(${from}, ${to}) t(i) where i < ${webinars}`
  const parts: [Stream, Record<string, string>, string][] = [
    [
      'participants',
      {
        ...shared,
        subject: `'instance:' || ${uuid}`,
        webinar_id: webinar,
        instance_uuid: uuid,
        source_endpoint: `'report'`,
        capture_id: `'${runId}-p' || i`,
        raw: `'{"id":"' || r || '","name":"somebody who came","duration":' || r % 90 || '}'`,
        user_id: '16778240 + r * 1024',
        registrant_id: `case when r % 17 <> 0 then 'reg-' || i % ${webinars} || '-' || ${person} end`,
        zoom_user_id: `case when r % 11 = 0 then 'user-' || ${person} end`,
        name: `'Person ' || ${person}`,
        email: `case when r % 3 <> 0 then 'person' || ${person} || '@example.com' end`,
        join_time: `${start} + to_seconds((hash(i + r) % 3000)::bigint)`,
        leave_time: `${start} + to_seconds((hash(i + r) % 3000 + 60 + hash(r + 1) % 2400)::bigint)`,
        status: `'in_meeting'`,
      },
      `range(${from}, ${to}) t(i), range(${persons * 2}) u(r)`,
    ],
    [
      'report_details',
      {
        ...shared,
        subject: `'instance:' || ${uuid}`,
        webinar_id: webinar,
        instance_uuid: uuid,
        zoom_uuid: uuid,
        source_endpoint: `'report'`,
        capture_id: `'${runId}-d' || i`,
        page_number: '1',
        row_number: '1',
        start_time: start,
        end_time: `${start} + to_minutes(90)`,
        participants_count: `${persons * 2}`,
      },
      `range(${from}, ${to}) t(i)`,
    ],
    [
      'instances',
      {
        ...shared,
        subject: `'window:${date}'`,
        webinar_id: webinar,
        instance_uuid: uuid,
        zoom_uuid: uuid,
        source_endpoint: `'history_meetings'`,
        capture_id: `'${runId}-i'`,
        page_number: 'i // 300 + 1',
        row_number: 'i % 300 + 1',
        // An instance is seen for a week, always at the time it ran.
        start_time: `timestamptz '${shape.firstDate} 10:00:00+00' + to_days((i // ${instancesOfDay})::int) + to_minutes((i % 600)::int)`,
        topic: `'Webinar ' || i % ${webinars}`,
      },
      `range(${seenFrom}, ${to}) t(i)`,
    ],
    [
      'users',
      {
        ...shared,
        subject: `'account'`,
        source_endpoint: `'users'`,
        capture_id: `'${runId}-u'`,
        page_number: '1',
        row_number: 'i',
        user_id: `'host-' || i`,
        email: `'host' || i || '@example.com'`,
      },
      'range(20) t(i)',
    ],
    [
      'registrants',
      {
        ...shared,
        subject: `'webinar:' || ${webinar} || ':status=approved'`,
        webinar_id: webinar,
        source_endpoint: `'webinars'`,
        capture_id: `'${runId}-r' || i`,
        registrant_id: `'reg-' || i || '-' || ${person}`,
        email: `'person' || ${person} || '@example.com'`,
        first_name: `'Person'`,
        last_name: `${person}::varchar`,
        status: `'approved'`,
        registered_at: `timestamptz '${date} 08:00:00+00'`,
      },
      `range(${from}, ${to}) t(i), range(${rowsOfInstance / 2}) u(r) where i < ${webinars}`,
    ],
  ]
  const capture = (
    id: string,
    stream: string,
    subject: string,
    more: Record<string, string>,
    from_: string,
  ) =>
    rawSelect(
      'captures',
      {
        capture_id: id,
        run_id: shared.run_id,
        account_id: shared.account_id,
        stream: `'${stream}'`,
        subject,
        source_endpoint: `'report'`,
        status: `'complete'`,
        rejected_rows: '0',
        repeated_rows: '0',
        rows_checksum: `md5(${id})`,
        started_at: shared.fetched_at,
        finished_at: shared.fetched_at,
        ...more,
      },
      from_,
    )
  const about = { webinar_id: webinar, instance_uuid: uuid, instance_start: start }
  const counted = (count: string) => ({ expected_rows: count, captured_rows: count })
  const empty = { ...about, ...counted('0'), status: `'empty'`, rows_checksum: `'none'` }
  const captures = [
    capture(
      `'${runId}-p' || i`,
      'participants',
      `'instance:' || ${uuid}`,
      { ...about, ...counted(`${persons * 2}`) },
      `range(${from}, ${to}) t(i)`,
    ),
    capture(
      `'${runId}-d' || i`,
      'report_details',
      `'instance:' || ${uuid}`,
      { ...about, ...counted('1') },
      `range(${from}, ${to}) t(i)`,
    ),
    ...['absentees', 'polls', 'questions', 'surveys'].map((stream) =>
      capture(
        `'${runId}-${stream}' || i`,
        stream,
        `'instance:' || ${uuid}`,
        empty,
        `range(${from}, ${to}) t(i)`,
      ),
    ),
    capture(
      `'${runId}-i'`,
      'instances',
      `'window:${date}'`,
      { ...counted(`${to - seenFrom}`), source_endpoint: `'history_meetings'` },
      '(select 1)',
    ),
    capture(
      `'${runId}-u'`,
      'users',
      `'account'`,
      { ...counted('20'), source_endpoint: `'users'`, rows_checksum: `'same'` },
      '(select 1)',
    ),
    capture(
      `'${runId}-r' || i`,
      'registrants',
      `'webinar:' || ${webinar} || ':status=approved'`,
      { webinar_id: webinar, ...counted(`${rowsOfInstance / 2}`), source_endpoint: `'webinars'` },
      firstOfWebinar,
    ),
  ]
  return {
    runId,
    streams: parts.map(([stream, given, from_]) => [stream, rawSelect(stream, given, from_)]),
    captures: captures.join(' union all '),
  }
}

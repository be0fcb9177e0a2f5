import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Stream } from '../extract/streams.ts'
import { rawSelect } from './rawSelect.ts'

/** Rows of participants in one file: a sync of years writes many. */
const fileRows = 2_500_000

/**
 * Writes the raw zone of a made-up account with so many join/leave rows, by SQL: 2.25 rows a participant, 2,900
 * participants an instance, one of five people in two instances, and names and keys that come and go from row to row.
 * As in what Zoom sends, the rows of an instance stand together, nearly everybody has a name of their own, keys are 22
 * characters long and every row carries some 300 characters of JSON.
 */
export async function writeRawFiles(dataDir: string, rows: number): Promise<void> {
  const people = Math.max(1, Math.round(rows / 2.25))
  const instances = Math.max(5, Math.round(people / 2900))
  const perInstance = Math.ceil(people / instances)
  const rowsOfInstance = Math.ceil(rows / instances)
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: '2GB',
    preserve_insertion_order: 'false',
  })
  const connection = await instance.connect()
  try {
    const parts = partsOf({ rows, people, instances, perInstance, rowsOfInstance })
    const files = Math.ceil(Math.max(...parts.map(({ count }) => count)) / fileRows)
    for (const part of parts) {
      const folder = join(dataDir, 'raw', part.stream, 'month=2026-05')
      await mkdir(folder, { recursive: true })
      // A file of rows without one of captures of its number would be none of rollcall's.
      const wanted = part.stream === 'captures' ? files : Math.ceil(part.count / fileRows)
      for (let file = 1; file <= wanted; file++) {
        const path = join(folder, `20260530T000000000Z-ACC-${String(file).padStart(6, '0')}.parquet`)
        const first = Math.min(part.count, (file - 1) * fileRows)
        const last = Math.min(part.count, file * fileRows)
        await connection.run(
          `copy (${rawSelect(part.stream, part.given, `range(${first}, ${last}) t(r)`)}) to '${path}' (format parquet, compression zstd)`,
        )
      }
    }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** SQL of how many rows the capture `r` has. */
function capturedRows({ rows, people, instances, perInstance, rowsOfInstance }: Sizes): string {
  const joins = `least(${rowsOfInstance}, ${rows} - r * ${rowsOfInstance})`
  const registrations = `(select count(*) from range(${people}) t(p) where p // ${perInstance} % 20 = r - ${instances})`
  return `case when r < ${instances} then ${joins} when r < ${instances + 20} then ${registrations} else ${instances} end`
}

interface Sizes {
  rows: number
  people: number
  instances: number
  perInstance: number
  rowsOfInstance: number
}

interface Part {
  stream: Stream
  count: number
  /** SQL of columns in terms of `r`, from 0. */
  given: Readonly<Record<string, string>>
}

const syllables =
  'ka lo mi ra te no sa vi du ber an el ri os ma ju chen fe ga hu li pa zo wil tor es qui dan'.split(' ')

/** SQL of a word of so many syllables, told by a number. */
function word(number: string, length: number): string {
  const list = `[${syllables.map((syllable) => `'${syllable}'`).join(', ')}]`
  const parts = Array.from(
    { length },
    (_, at) => `${list}[((hash(${number}) // ${syllables.length ** at}) % ${syllables.length})::int + 1]`,
  )
  return parts.join(' || ')
}

/** SQL of what stands in the place of Zoom's keys: 22 letters and digits, told by a number. */
const key = (kind: string, number: string) => `left(to_base64(unhex(md5('${kind}' || ${number}))), 22)`

function partsOf(of: Sizes): Part[] {
  const { rows, people, instances, perInstance, rowsOfInstance } = of
  // Row r is of instance r // rowsOfInstance, and there of each person in turn.
  const at = `(r // ${rowsOfInstance})`
  const inInstance = `(r % ${rowsOfInstance})`
  const joins = `(${inInstance} // ${perInstance})`
  // Of five people the last has been here before, as one of the first four fifths.
  const humanOf = (person: string) => `((${person}) % ${people - Math.floor(people / 5)})`
  const human = humanOf(`${at} * ${perInstance} + ${inInstance} % ${perInstance}`)
  const registered = humanOf('r')
  const firstName = (number: string) => `upper(left(${word(number, 2)}, 1)) || substr(${word(number, 2)}, 2)`
  const lastName = (number: string) => word(`${number} + 7`, 4)
  const email = (number: string) =>
    `${word(number, 2)} || '.' || ${lastName(number)} || ${number} || '@example.com'`
  const startOf = (number: string) =>
    `(timestamptz '2026-05-01 10:00:00+00' + to_days((${number})::int % 28))`
  const joined = `${startOf(at)} + to_seconds((${joins} * 1800 + hash(r) % 1500)::bigint)`
  const left = `${joined} + to_seconds((60 + hash(r + 1) % 2400)::bigint)`
  const instanceUuid = (number: string) => `${key('instance', number)} || '=='`
  const runId = '20260530T000000000Z-Aq1Sw2De3Fr4Gt5Hy6Ju7K'
  const capture = (letter: string, number: string) =>
    `'${runId}-${letter}' || lpad((${number})::varchar, 5, '0')`
  const shared = {
    account_id: `'Aq1Sw2De3Fr4Gt5Hy6Ju7K'`,
    run_id: `'${runId}'`,
    fetched_at: `timestamptz '2026-05-30 00:00:00+00'`,
    page_number: `${inInstance} // 300 + 1`,
    row_number: `${inInstance} % 300 + 1`,
  }
  const joinColumns = {
    user_id: `16778240 + ${inInstance} * 1024`,
    registrant_id: `case when r % 17 <> 0 then ${key('registrant', human)} end`,
    zoom_user_id: `case when r % 11 = 0 then ${key('user', human)} end`,
    name: `${firstName(human)} || ' ' || ${lastName(human)} || case when r % 29 = 0 then ' (work)' else '' end`,
    email: `case when r % 3 <> 0 then ${email(human)} end`,
    join_time: joined,
    leave_time: left,
    duration_seconds: `epoch(${left})::int - epoch(${joined})::int`,
    status: `'in_meeting'`,
    is_failover: 'false',
  }
  return [
    {
      stream: 'participants',
      count: rows,
      given: {
        ...shared,
        ...joinColumns,
        subject: `'instance:' || ${instanceUuid(at)}`,
        webinar_id: `91000000000 + ${at} % 20`,
        instance_uuid: instanceUuid(at),
        source_endpoint: `'report'`,
        capture_id: capture('c', at),
        raw: `json_object('id', coalesce(${joinColumns.zoom_user_id}, ''), 'user_id', (${joinColumns.user_id})::varchar,
          'participant_user_id', coalesce(${joinColumns.zoom_user_id}, ''), 'name', ${joinColumns.name},
          'user_email', coalesce(${joinColumns.email}, ''), 'join_time', strftime(${joined}, '%Y-%m-%dT%H:%M:%SZ'),
          'leave_time', strftime(${left}, '%Y-%m-%dT%H:%M:%SZ'), 'duration', ${joinColumns.duration_seconds},
          'registrant_id', coalesce(${joinColumns.registrant_id}, ''), 'failover', false, 'status', 'in_meeting',
          'customer_key', '')`,
      },
    },
    {
      stream: 'registrants',
      count: people,
      given: {
        ...shared,
        page_number: `r`,
        subject: `'webinar:' || 91000000000 + r // ${perInstance} % 20`,
        webinar_id: `91000000000 + r // ${perInstance} % 20`,
        source_endpoint: `'webinars'`,
        capture_id: capture('w', `r // ${perInstance} % 20`),
        registrant_id: key('registrant', registered),
        email: email(registered),
        first_name: firstName(registered),
        last_name: lastName(registered),
        status: `'approved'`,
        registered_at: `timestamptz '2026-04-01 00:00:00+00'`,
      },
    },
    {
      stream: 'instances',
      count: instances,
      given: {
        ...shared,
        subject: `'window:2026-05'`,
        webinar_id: `91000000000 + r % 20`,
        instance_uuid: instanceUuid('r'),
        zoom_uuid: instanceUuid('r'),
        source_endpoint: `'history_meetings'`,
        capture_id: capture('i', '0'),
        page_number: '1',
        row_number: 'r',
        start_time: startOf('r'),
        end_time: `${startOf('r')} + interval '90 minutes'`,
        topic: `'Webinar ' || r % 20`,
      },
    },
    {
      stream: 'captures',
      count: instances + 21,
      given: {
        capture_id: `case when r < ${instances} then ${capture('c', 'r')} when r < ${instances + 20} then ${capture('w', `r - ${instances}`)} else ${capture('i', '0')} end`,
        run_id: shared.run_id,
        account_id: shared.account_id,
        stream: `case when r < ${instances} then 'participants' when r < ${instances + 20} then 'registrants' else 'instances' end`,
        subject: `case when r < ${instances} then 'instance:' || ${instanceUuid('r')} when r < ${instances + 20} then 'webinar:' || 91000000000 + r - ${instances} else 'window:2026-05' end`,
        instance_uuid: `case when r < ${instances} then ${instanceUuid('r')} end`,
        webinar_id: `case when r < ${instances} then 91000000000 + r % 20 when r < ${instances + 20} then 91000000000 + r - ${instances} end`,
        source_endpoint: `case when r < ${instances} then 'report' when r < ${instances + 20} then 'webinars' else 'history_meetings' end`,
        status: `'complete'`,
        // As many as there are: of a capture that has more, rows are looked through for pages that came twice.
        captured_rows: capturedRows(of),
        finished_at: shared.fetched_at,
      },
    },
  ]
}

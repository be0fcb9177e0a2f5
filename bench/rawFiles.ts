import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { columnsOf } from '../extract/raw/columns.ts'
import type { Stream } from '../extract/streams.ts'

const types = {
  string: 'varchar',
  int32: 'integer',
  int64: 'bigint',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamptz',
  json: 'varchar',
} as const

/** Rows of participants in one file: a sync of years writes many. */
const fileRows = 2_500_000

/**
 * Writes the raw zone of a made-up account with so many join/leave rows, by SQL: 2.25 rows a participant, 2,900
 * participants an instance, one of five people in two instances, and names and keys that come and go from row to row.
 */
export async function writeRawFiles(dataDir: string, rows: number): Promise<void> {
  const people = Math.max(1, Math.round(rows / 2.25))
  const instances = Math.max(5, Math.round(people / 2900))
  const perInstance = Math.ceil(people / instances)
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: '2GB',
    preserve_insertion_order: 'false',
  })
  const connection = await instance.connect()
  try {
    for (const part of partsOf({ rows, people, instances, perInstance })) {
      const folder = join(dataDir, 'raw', part.stream, 'month=2026-05')
      await mkdir(folder, { recursive: true })
      for (let first = 0, file = 1; first < part.count; first += fileRows, file++) {
        const path = join(folder, `20260530T000000000Z-ACC-${String(file).padStart(6, '0')}.parquet`)
        const last = Math.min(part.count, first + fileRows)
        await connection.run(
          `copy (${selectOf(part.stream, part.given, `range(${first}, ${last}) t(r)`)}) to '${path}' (format parquet, compression zstd)`,
        )
      }
    }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** SQL of how many rows the capture `r` has. */
function capturedRows({ rows, people, instances, perInstance }: Sizes): string {
  const peopleOf = `least(${perInstance}, ${people} - r * ${perInstance})`
  // Everybody has `whole` rows, and those before `rest` one more.
  const whole = Math.floor(rows / people)
  const rest = rows % people
  const joins = `${peopleOf} * ${whole} + greatest(0, least(${peopleOf}, ${rest} - r * ${perInstance}))`
  const registrations = `(select count(*) from range(${people}) t(p) where p // ${perInstance} % 20 = r - ${instances})`
  return `case when r < ${instances} then ${joins} when r < ${instances + 20} then ${registrations} else ${instances} end`
}

/** A SELECT with all columns of the stream: those given, the rest null. */
function selectOf(stream: Stream, given: Readonly<Record<string, string>>, from: string): string {
  const columns = Object.entries(columnsOf(stream)).map(
    ([name, type]) => `(${given[name] ?? 'null'})::${types[type]} as "${name}"`,
  )
  return `select ${columns.join(', ')} from ${from}`
}

interface Sizes {
  rows: number
  people: number
  instances: number
  perInstance: number
}

interface Part {
  stream: Stream
  count: number
  /** SQL of columns in terms of `r`, from 0. */
  given: Readonly<Record<string, string>>
}

function partsOf(of: Sizes): Part[] {
  const { rows, people, instances, perInstance } = of
  // Person p attends in instance p // perInstance; row r of a person is r // people.
  const at = `((r % ${people}) // ${perInstance})`
  // Of five people the last has been here before, as one of the first four fifths.
  const human = `(r % ${people} % ${people - Math.floor(people / 5)})`
  const startOf = (number: string) =>
    `(timestamptz '2026-05-01 10:00:00+00' + to_days((${number})::int % 28))`
  const shared = {
    account_id: `'ACC'`,
    run_id: `'20260530T000000000Z-ACC'`,
    fetched_at: `timestamptz '2026-05-30 00:00:00+00'`,
    page_number: `(r // ${people} * ${perInstance} + r % ${perInstance}) // 300 + 1`,
    row_number: `(r // ${people} * ${perInstance} + r % ${perInstance}) % 300 + 1`,
  }
  return [
    {
      stream: 'participants',
      count: rows,
      given: {
        ...shared,
        subject: `'instance:uuid-' || ${at} || '=='`,
        webinar_id: `91000000000 + ${at} % 20`,
        instance_uuid: `'uuid-' || ${at} || '=='`,
        source_endpoint: `'report'`,
        capture_id: `'c-' || ${at}`,
        raw: `'{"id":"' || r || '"}'`,
        user_id: `16778240 + r * 1024`,
        registrant_id: `case when r % 17 <> 0 then 'reg-' || ${human} end`,
        zoom_user_id: `case when r % 11 = 0 then 'user-' || ${human} end`,
        name: `'Person ' || ${human} || case when r % 29 = 0 then ' (work)' else '' end`,
        email: `case when r % 3 <> 0 then 'person' || ${human} || '@example.com' end`,
        join_time: `${startOf(at)} + to_seconds((hash(r) % 3000)::bigint)`,
        leave_time: `${startOf(at)} + to_seconds((hash(r) % 3000 + 60 + hash(r + 1) % 2400)::bigint)`,
        status: `'in_meeting'`,
      },
    },
    {
      stream: 'registrants',
      count: people,
      given: {
        ...shared,
        subject: `'webinar:' || 91000000000 + r // ${perInstance} % 20`,
        webinar_id: `91000000000 + r // ${perInstance} % 20`,
        source_endpoint: `'webinars'`,
        capture_id: `'w-' || r // ${perInstance} % 20`,
        page_number: `r`,
        registrant_id: `'reg-' || ${human}`,
        email: `'person' || ${human} || '@example.com'`,
        first_name: `'Person ' || ${human}`,
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
        instance_uuid: `'uuid-' || r || '=='`,
        zoom_uuid: `'uuid-' || r || '=='`,
        source_endpoint: `'history_meetings'`,
        capture_id: `'i'`,
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
        capture_id: `case when r < ${instances} then 'c-' || r when r < ${instances + 20} then 'w-' || r - ${instances} else 'i' end`,
        run_id: shared.run_id,
        account_id: `'ACC'`,
        stream: `case when r < ${instances} then 'participants' when r < ${instances + 20} then 'registrants' else 'instances' end`,
        subject: `case when r < ${instances} then 'instance:uuid-' || r || '==' when r < ${instances + 20} then 'webinar:' || 91000000000 + r - ${instances} else 'window:2026-05' end`,
        instance_uuid: `case when r < ${instances} then 'uuid-' || r || '==' end`,
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

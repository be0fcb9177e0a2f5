import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { columnsOf } from '../extract/raw/columns.ts'
import type { Stream } from '../extract/streams.ts'
import { transform } from '../transform/transform.ts'

/**
 * How long all models and audits take over a made-up account, beside a floor: reading the same participants rows and
 * sorting them once. `node bench/transform.ts --rows 650000 [--memory 6GB] [--threads 2] [--models]`
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '650000' },
    instances: { type: 'string', default: '100' },
    memory: { type: 'string', default: '6GB' },
    threads: { type: 'string', default: '2' },
    /** Also print each model that took over 100 ms. */
    models: { type: 'boolean', default: false },
  },
})
const rows = Number(values.rows)
const instances = Number(values.instances)
// 2.25 connections a participant, as in the account rollcall was born from.
const people = Math.max(1, Math.round(rows / 2.25))

const types = {
  string: 'varchar',
  int32: 'integer',
  int64: 'bigint',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamptz',
  json: 'varchar',
} as const

/** A SELECT with all columns of the stream: those given, the rest null. */
function selectOf(stream: Stream, given: Record<string, string>, from: string): string {
  const columns = Object.entries(columnsOf(stream)).map(
    ([name, type]) => `(${given[name] ?? 'null'})::${types[type]} as "${name}"`,
  )
  return `select ${columns.join(', ')} from ${from}`
}

const directory = await mkdtemp(join(tmpdir(), 'rollcall-bench-'))
try {
  const floorMs = await generate()
  const result = await transform({
    dataDir: directory,
    memoryLimit: values.memory,
    threads: Number(values.threads),
  })
  const seconds = result.milliseconds / 1000
  const peak = process.resourceUsage().maxRSS / 1024 / 1024
  const count = result.models.find((model) => model.name === 'marts.zoom_participants')?.rows
  if (values.models) {
    for (const model of result.models.filter((each) => each.milliseconds > 100)) {
      print(`  ${model.name} ${model.rows ?? 'view'} rows ${Math.round(model.milliseconds)} ms`)
    }
    const models = result.models.reduce((sum, model) => sum + model.milliseconds, 0)
    print(
      `  models ${(models / 1000).toFixed(1)} s, audits and publishing ${(seconds - models / 1000).toFixed(1)} s`,
    )
  }
  print(
    `${rows} rows, ${count} participants, ${instances} instances: ${seconds.toFixed(1)} s; ` +
      `sorting the rows once ${(floorMs / 1000).toFixed(1)} s (${(result.milliseconds / floorMs).toFixed(1)} times); ` +
      `peak memory ${peak.toFixed(1)} GiB`,
  )
} finally {
  await rm(directory, { recursive: true, force: true })
}

/** Writes the raw zone and returns the floor in milliseconds. */
async function generate(): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { threads: values.threads as string })
  const connection = await instance.connect()
  const perInstance = Math.ceil(people / instances)
  // Person p attends in instance p // perInstance; row r of a person is r // people.
  const uuid = `'uuid-' || (r % ${people}) // ${perInstance} || '=='`
  const start = `(timestamptz '2026-05-01 10:00:00+00' + to_days(((r % ${people}) // ${perInstance})::int % 28))`
  const shared = {
    account_id: `'ACC'`,
    run_id: `'20260530T000000000Z-ACC'`,
    fetched_at: `timestamptz '2026-05-30 00:00:00+00'`,
    page_number: `(r // ${people} * ${perInstance} + r % ${perInstance}) // 300 + 1`,
    row_number: `(r // ${people} * ${perInstance} + r % ${perInstance}) % 300 + 1`,
  }
  const parts: [Stream, Record<string, string>, string][] = [
    [
      'participants',
      {
        ...shared,
        subject: `'instance:' || ${uuid}`,
        webinar_id: `91000000000 + (r % ${people}) // ${perInstance} % 20`,
        instance_uuid: uuid,
        source_endpoint: `'report'`,
        capture_id: `'c-' || (r % ${people}) // ${perInstance}`,
        raw: `'{"id":"' || r || '"}'`,
        user_id: `16778240 + r * 1024`,
        registrant_id: `case when r % 17 <> 0 then 'reg-' || r % ${people} % (${people} - ${people} // 5) end`,
        zoom_user_id: `case when r % 11 = 0 then 'user-' || r % ${people} % (${people} - ${people} // 5) end`,
        name: `'Person ' || (r % ${people} % (${people} - ${people} // 5)) || case when r % 29 = 0 then ' (work)' else '' end`,
        email: `case when r % 3 <> 0 then 'person' || r % ${people} % (${people} - ${people} // 5) || '@example.com' end`,
        join_time: `${start} + to_seconds((hash(r) % 3000)::bigint)`,
        leave_time: `${start} + to_seconds((hash(r) % 3000 + 60 + hash(r + 1) % 2400)::bigint)`,
        status: `'in_meeting'`,
      },
      `range(${rows}) t(r)`,
    ],
    [
      'registrants',
      {
        ...shared,
        subject: `'webinar:' || 91000000000 + r // ${perInstance} % 20`,
        webinar_id: `91000000000 + r // ${perInstance} % 20`,
        source_endpoint: `'webinars'`,
        capture_id: `'w-' || r // ${perInstance} % 20`,
        page_number: `r`,
        registrant_id: `'reg-' || r % (${people} - ${people} // 5)`,
        email: `'person' || r % (${people} - ${people} // 5) || '@example.com'`,
        first_name: `'Person ' || r % (${people} - ${people} // 5)`,
        status: `'approved'`,
        registered_at: `timestamptz '2026-04-01 00:00:00+00'`,
      },
      `range(${people}) t(r)`,
    ],
    [
      'instances',
      {
        ...shared,
        subject: `'window:2026-05'`,
        webinar_id: `91000000000 + i % 20`,
        instance_uuid: `'uuid-' || i || '=='`,
        zoom_uuid: `'uuid-' || i || '=='`,
        source_endpoint: `'history_meetings'`,
        capture_id: `'i'`,
        page_number: '1',
        row_number: 'i',
        start_time: `timestamptz '2026-05-01 10:00:00+00' + to_days(i::int % 28)`,
        end_time: `timestamptz '2026-05-01 11:30:00+00' + to_days(i::int % 28)`,
        topic: `'Webinar ' || i % 20`,
      },
      `range(${instances}) t(i)`,
    ],
    [
      'captures',
      {
        capture_id: `id`,
        run_id: shared.run_id,
        account_id: `'ACC'`,
        stream: `stream`,
        subject: `subject`,
        instance_uuid: `uuid`,
        webinar_id: `webinar`,
        source_endpoint: `source`,
        status: `'complete'`,
        captured_rows: `1`,
        finished_at: shared.fetched_at,
      },
      `(
        select 'c-' || i as id, 'participants' as stream, 'instance:uuid-' || i || '==' as subject,
          'uuid-' || i || '==' as uuid, 91000000000 + i % 20 as webinar, 'report' as source from range(${instances}) t(i)
        union all select 'w-' || i, 'registrants', 'webinar:' || 91000000000 + i, null, 91000000000 + i, 'webinars' from range(20) t(i)
        union all select 'i', 'instances', 'window:2026-05', null, null, 'history_meetings'
      )`,
    ],
  ]
  for (const [stream, given, from] of parts) {
    const folder = join(directory, 'raw', stream, 'month=2026-05')
    await mkdir(folder, { recursive: true })
    const file = join(folder, '20260530T000000000Z-ACC-000001.parquet')
    await connection.run(
      `copy (${selectOf(stream, given, from)}) to '${file}' (format parquet, compression zstd)`,
    )
  }
  const started = performance.now()
  await connection.run(
    `create table sorted as select * from read_parquet('${directory}/raw/participants/*/*.parquet') ` +
      'order by instance_uuid, join_time, leave_time, user_id',
  )
  const elapsed = performance.now() - started
  connection.closeSync()
  instance.closeSync()
  return elapsed
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

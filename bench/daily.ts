import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { makePlan } from '../extract/plan.ts'
import { columnsOf } from '../extract/raw/columns.ts'
import { inspectRaw } from '../extract/raw/inspect.ts'
import type { Stream } from '../extract/streams.ts'
import { startEmbedded } from '../load/embedded.ts'
import { load } from '../load/load.ts'
import { readVerifyReport } from '../pipelines/verify/report.ts'
import { transform } from '../transform/transform.ts'

/*
 * What a day costs on a short and on a long history: `node bench/daily.ts --rows 100000,1000000 [--json FILE]`.
 *
 * A history is written as raw files, a run a day: webinars of ten instances, 500 join/leave rows each, people who come
 * again, registrants, lists of users and instances. It is built and loaded whole. Then a day is added with one new
 * instance of 2,000 people, and each stage of a sync is measured in a process of its own: planning (the part of extract
 * that looks at what is there), transform, load, verify. Zoom's own time is not part of it.
 */

interface StageFigures {
  seconds: number
  /** Of the stage's own process; the server's is not in it. Says more than the clock where the machine is shared. */
  cpu_seconds: number
  peak_bytes: number
}

export interface DailyFigures {
  rows: number
  instances: number
  files: number
  /** Seconds and peak memory of each stage of the day. */
  stages: Record<Stage, StageFigures>
  seconds: number
  cpu_seconds: number
  peak_bytes: number
  /** What building and loading everything took. */
  full_seconds: number
}

const stages = ['plan', 'transform', 'load', 'verify'] as const
type Stage = (typeof stages)[number]

const account = 'ACC'
const rowsOfInstance = 500
const instancesOfWebinar = 10
const instancesOfDay = 27
const newPeople = 2_000

const types = {
  string: 'varchar',
  int32: 'integer',
  int64: 'bigint',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamptz',
  json: 'varchar',
} as const

/** Measures a day on a history of so many join/leave rows. Everything is removed again. */
export async function benchDaily({ rows }: { rows: number }): Promise<DailyFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-daily-'))
  const dataDir = join(folder, 'data')
  const server = await startEmbedded({ dataDir: folder, settings: { fsync: 'off' } })
  try {
    const history = await writeHistory(dataDir, rows)
    const started = performance.now()
    await measure('transform', dataDir, server.url)
    await measure('load', dataDir, server.url)
    const full = performance.now() - started
    await history.addDay()
    const measured = {} as DailyFigures['stages']
    for (const stage of stages) measured[stage] = await measure(stage, dataDir, server.url)
    const all = Object.values(measured)
    return {
      rows,
      instances: history.instances,
      files: history.files(),
      stages: measured,
      seconds: all.reduce((sum, stage) => sum + stage.seconds, 0),
      cpu_seconds: all.reduce((sum, stage) => sum + stage.cpu_seconds, 0),
      peak_bytes: Math.max(...all.map((stage) => stage.peak_bytes)),
      full_seconds: full / 1000,
    }
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Runs one stage in a process of its own. */
async function measure(stage: Stage, dataDir: string, url: string): Promise<StageFigures> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--stage', stage, dataDir, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (part) => {
    text += part
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0) throw new Error(`stage ${stage} ended with ${code}`)
  return JSON.parse(text)
}

async function runStage(stage: Stage, dataDir: string, databaseUrl: string): Promise<void> {
  const work: Record<Stage, () => Promise<unknown>> = {
    async plan() {
      await inspectRaw(dataDir)
      const now = new Date('2026-05-30T12:00:00Z')
      const settling = { settleDays: 7, confirmMinutes: 60, concurrency: 16, webinarIds: [] }
      const run = { id: '20260530T120000000Z-ACC', freshSinceMs: now.getTime() - 6 * 3_600_000 }
      await makePlan({ ...settling, dataDir, accountId: account, run, now, asOf: now, until: now } as never)
    },
    async transform() {
      const { kind, reason } = await transform({ dataDir })
      process.stderr.write(`  transform: ${kind}${reason === null ? '' : ` (${reason})`}\n`)
    },
    load: () =>
      load({
        catalogPath: join(dataDir, 'rollcall.duckdb'),
        databaseUrl,
        run: {
          id: '20260530T120000000Z-ACC',
          kind: 'sync',
          account_id: account,
          started_at: new Date('2026-05-30T12:00:00Z'),
          software_version: 'bench',
        },
        tempDir: join(dataDir, 'load'),
      }),
    verify: () => readVerifyReport(dataDir),
  }
  const before = process.cpuUsage()
  const started = performance.now()
  await work[stage]()
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(before)
  const cpu_seconds = (user + system) / 1e6
  const peak_bytes = process.resourceUsage().maxRSS * 1024
  process.stdout.write(JSON.stringify({ seconds, cpu_seconds, peak_bytes }))
}

/** A SELECT with all columns of the stream: those given, the rest null. */
function selectOf(stream: Stream, given: Record<string, string>, from: string): string {
  const columns = Object.entries(columnsOf(stream)).map(
    ([name, type]) => `(${given[name] ?? 'null'})::${types[type]} as "${name}"`,
  )
  return `select ${columns.join(', ')} from ${from}`
}

/** Writes the raw files of the history, and gives what adds the day. */
async function writeHistory(dataDir: string, rows: number) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  await connection.run("set TimeZone = 'UTC'")
  const instances = Math.ceil(rows / rowsOfInstance)
  const webinars = Math.ceil(instances / instancesOfWebinar)
  const people = Math.ceil(rows / 20)
  const days = Math.ceil(instances / instancesOfDay)
  const lastDay = Date.UTC(2026, 4, 29)
  let files = 0
  const dayOf = (day: number) => new Date(lastDay - (days - 1 - day) * 86_400_000).toISOString().slice(0, 10)
  for (let day = 0; day < days; day += 1) {
    const from = day * instancesOfDay
    const to = Math.min(instances, from + instancesOfDay)
    await writeDay(dayOf(day), from, to, Math.max(0, from - 8 * instancesOfDay), rowsOfInstance / 2)
  }

  async function writeDay(date: string, from: number, to: number, seenFrom: number, persons: number) {
    const runId = `${date.replaceAll('-', '')}T230000000Z-${account}`
    const month = date.slice(0, 7)
    // Instance i is of webinar i % webinars; person r of it has two rows.
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
          start_time: `timestamptz '${dayOf(0)} 10:00:00+00' + to_days((i // ${instancesOfDay})::int) + to_minutes((i % 600)::int)`,
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
      selectOf(
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
      ...['polls', 'questions', 'surveys'].map((stream) =>
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
    const written: { path: string; captures: string[] }[] = []
    for (const [stream, given, source] of parts) {
      const path = `${stream}/month=${month}/${runId}-0001.parquet`
      if (await copyOut(connection, selectOf(stream, given, source), join(dataDir, 'raw', path))) {
        written.push({ path, captures: [`${runId}-${stream}`] })
      }
    }
    const path = `captures/month=${month}/${runId}-0001.parquet`
    await copyOut(connection, captures.join(' union all '), join(dataDir, 'raw', path))
    written.push({ path, captures: [] })
    files += written.length
    await writeManifest(dataDir, runId, written)
  }

  return {
    instances,
    files: () => files,
    async addDay() {
      const i = days * instancesOfDay + webinars
      // The next instance of a webinar that exists.
      const next = i - (i % webinars)
      await writeDay('2026-05-30', next, next + 1, next, newPeople)
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** @returns whether there was any row */
async function copyOut(connection: DuckDBConnection, select: string, file: string): Promise<boolean> {
  await mkdir(join(file, '..'), { recursive: true })
  const reader = await connection.runAndReadAll(
    `copy (${select}) to '${file}' (format parquet, compression zstd, row_group_size 20000)`,
  )
  if (Number(reader.getRows()[0]?.[0]) > 0) return true
  await rm(file)
  return false
}

async function writeManifest(
  dataDir: string,
  run_id: string,
  written: readonly { path: string; captures: string[] }[],
): Promise<void> {
  const files = []
  for (const { path, captures } of written) {
    const file = join(dataDir, 'raw', path)
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
    files.push({ path, bytes: (await stat(file)).size, sha256, captures, sources: [] })
  }
  await mkdir(join(dataDir, 'raw', 'manifests'), { recursive: true })
  const name = `${run_id}-0001.json`
  await writeFile(join(dataDir, 'raw', 'manifests', name), `${JSON.stringify({ run_id, files })}\n`)
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rows: { type: 'string', default: '100000,1000000' },
      json: { type: 'string' },
      /** One stage alone, in this process: how the stages are measured. */
      stage: { type: 'string' },
    },
  })
  if (values.stage !== undefined) {
    await runStage(values.stage as Stage, positionals[0] ?? '', positionals[1] ?? '')
    return
  }
  const found: DailyFigures[] = []
  for (const rows of values.rows.split(',')) {
    const figures = await benchDaily({ rows: Number(rows) })
    found.push(figures)
    const each = Object.entries(figures.stages).map(
      ([stage, { seconds, cpu_seconds, peak_bytes }]) =>
        `${stage} ${seconds.toFixed(2)} s, CPU ${cpu_seconds.toFixed(2)} s, ${Math.round(peak_bytes / 1e6)} MB`,
    )
    print(
      `${rows} rows, ${figures.instances} instances, ${figures.files} files: ${figures.seconds.toFixed(2)} s ` +
        `(${each.join('; ')}); everything ${figures.full_seconds.toFixed(1)} s`,
    )
  }
  const [short, long] = [found[0], found.at(-1)]
  if (short !== undefined && long !== undefined && short !== long) {
    print(
      `${(long.seconds / short.seconds).toFixed(2)} times the time, ` +
        `${(long.cpu_seconds / short.cpu_seconds).toFixed(2)} times the CPU time, ` +
        `${(long.peak_bytes / short.peak_bytes).toFixed(2)} times the memory`,
    )
  }
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(found, null, 2)}\n`)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()

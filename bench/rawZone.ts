/**
 * How fast participant rows go from parsed pages to committed Parquet, journal included, beside the floor: the same
 * pages written to one file with one sync each batch of pages. `node bench/rawZone.ts [ROWS] [CAPTURE_ROWS]`.
 */
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRawZone } from '../extract/raw/zone.ts'
import type { Page } from '../extract/zoom/endpoint.ts'

const rowsWanted = Number(process.argv[2] ?? 60_000)
const captureRows = Number(process.argv[3] ?? 3_000)
const pageRows = 300
const concurrency = 4

const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'))
try {
  await run('warm up', Math.min(rowsWanted, 20_000))
  await run('raw zone', rowsWanted)
  await floor(rowsWanted)
} finally {
  await rm(folder, { recursive: true })
}

async function run(name: string, rows: number): Promise<void> {
  const runId = `20260501T0930${name === 'raw zone' ? '01' : '00'}000Z-bench`
  const zone = await openRawZone({
    dataDir: folder,
    accountId: 'bench',
    runId,
    segmentRows: Number.POSITIVE_INFINITY,
    parse: (_stream, _source, body) => parse(body as { participants: Record<string, unknown>[] }),
  })
  let journaling = 0
  let flushing = 0
  let most = 0
  // Some captures at a time, as a sync does: made (not counted), journaled, flushed.
  const step = 15
  for (let instance = 0; instance * captureRows < rows; instance += step) {
    const captures = Array.from({ length: step }, (_, at) => ({
      writer: zone.begin({
        stream: 'participants',
        source: 'report',
        subject: {
          key: `instance:${instance + at}`,
          webinarId: 91_000_000_000,
          instanceUuid: `uuid${instance + at}==`,
          instanceStart: '2026-05-01T10:00:00Z',
        },
      }),
      pages: Array.from({ length: captureRows / pageRows }, (_, page) =>
        makePage((instance + at) * captureRows + page * pageRows, (page + 1) * pageRows >= captureRows),
      ),
    }))
    const start = performance.now()
    await Promise.all(
      captures.map(async ({ writer, pages }) => {
        for (const { page, text } of pages) {
          await writer.page({ page, text, fetchedAt: 1_777_629_600_000, bytes: text.length })
        }
        await writer.end({ status: 'complete' })
      }),
    )
    const journaled = performance.now()
    await zone.flush()
    journaling += journaled - start
    flushing += performance.now() - journaled
    most = Math.max(most, process.memoryUsage().rss)
  }
  await zone.close()
  const { rows: done, segments, bytes } = zone.stats()
  const megabytes = Math.round(most / 1e6)
  print(`${name}: parsed pages to journal`, done, journaling / 1000, '')
  print(
    `${name}: parsed rows to Parquet`,
    done,
    flushing / 1000,
    `${segments} segments, ${(bytes / done).toFixed(1)} bytes a row, ${megabytes} MB`,
  )
}

async function floor(rows: number): Promise<void> {
  const file = await open(join(folder, 'floor'), 'w')
  let seconds = 0
  for (let first = 0; first < rows; first += pageRows * concurrency) {
    const text = makePage(first, false).text.repeat(concurrency)
    const start = performance.now()
    await file.write(text)
    await file.datasync()
    seconds += (performance.now() - start) / 1000
  }
  await file.close()
  print('floor (write and sync only)', rows, seconds, '')
}

function makePage(first: number, isLast: boolean): { page: Page; text: string } {
  const participants = Array.from({ length: pageRows }, (_, at) => {
    const n = first + at
    return {
      id: `u${(n * 7919) % 1_000_003}`,
      user_id: String(16_778_240 + n),
      name: `Person Number ${n}`,
      user_email: `person${n}@example.com`,
      join_time: new Date(1_777_629_600_000 + (n % 3600) * 1000).toISOString(),
      leave_time: new Date(1_777_633_200_000 + (n % 1800) * 1000).toISOString(),
      duration: 3600 - (n % 3600) + (n % 1800),
      registrant_id: `r${(n * 104_729) % 15_485_863}`,
      failover: false,
      status: 'in_meeting',
      internal_user: false,
      participant_user_id: '',
      customer_key: '',
    }
  })
  const body = {
    next_page_token: isLast ? '' : `t${first}`,
    page_size: pageRows,
    total_records: captureRows,
    participants,
  }
  return { page: parse(body), text: JSON.stringify(body) }
}

function parse(body: { next_page_token?: string; participants: Record<string, unknown>[] }): Page {
  const rows = body.participants.map((participant) => ({
    raw: JSON.stringify(participant),
    row: {
      user_id: participant.user_id as string,
      zoom_user_id: participant.id as string,
      registrant_id: participant.registrant_id as string,
      name: participant.name as string,
      email: participant.user_email as string,
      join_time: Date.parse(participant.join_time as string),
      leave_time: Date.parse(participant.leave_time as string),
      duration_seconds: participant.duration as number,
      status: participant.status as string,
      role: null,
      customer_key: null,
      breakout_room_id: null,
      participant_uuid: null,
      device: null,
      leave_reason: null,
      is_internal: participant.internal_user as boolean,
      is_failover: participant.failover as boolean,
      country: null,
    },
  }))
  return {
    rows,
    rejects: [],
    nextPageToken: body.next_page_token || null,
    totalRecords: captureRows,
    pageSize: pageRows,
  }
}

function print(name: string, rows: number, seconds: number, rest: string): void {
  process.stdout.write(
    `${name}: ${Math.round(rows / seconds).toLocaleString('en')} rows/s (${rows} rows) ${rest}\n`,
  )
}

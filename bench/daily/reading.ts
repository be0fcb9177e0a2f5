import type { DataStream, Source, Stream, Subject } from '../../extract/streams.ts'
import { endpointFor } from '../../extract/zoom/endpoints/catalogue.ts'
import { rawSelect } from '../rawSelect.ts'

/**
 * Readings of one kind, in SQL: what rollcall keeps of them, and what Zoom sends. Both come from here, so that what is
 * read again is the same as what was written.
 */
export interface Reading {
  stream: DataStream
  source: Source
  /** A FROM clause with one row a reading. */
  of: string
  /** Tells it from the others of its run. */
  id: string
  subject: { [field in keyof Subject]: string }
  /** A list of what it finds, one element `x` a row. */
  found: string
  /** Of the row `x`, the `r`th from 0. */
  columns: Readonly<Record<string, string>>
  /** The row as Zoom sends it: JSON. */
  sent: string
  /** What the history has instead of `sent`, where that is long and many. */
  kept?: string
  /** The list of the body that has the rows; null where a row is the body. */
  list: string | null
}

export interface RunOfDay {
  id: string
  account: string
  /** When all of it was read; SQL. */
  at: string
}

export const rowsOfPage = 300

/** Nothing was found. */
export const nothing = { found: '[]::bigint[]', columns: {}, sent: `'{}'` }

/** What their flush leaves in the raw zone: SELECTs of the rows of each stream, the ledger's last. */
export function flushOf(run: RunOfDay, readings: readonly Reading[]): [Stream, string][] {
  const streams = [...new Set(readings.map(({ stream }) => stream))]
  const of = (stream: Stream) => readings.filter((reading) => reading.stream === stream)
  const united = (selects: string[]) => selects.join(' union all ')
  return [
    ...streams.map((stream): [Stream, string] => [
      stream,
      united(of(stream).map((reading) => rowsOf(run, reading))),
    ]),
    ['pages', united(readings.map((reading) => pagesOf(run, reading)))],
    ['captures', united(readings.map((reading) => captureOf(run, reading)))],
  ]
}

/** A FROM clause with one row `x`, `r` a row of the readings. */
export function rowsFrom({ of, found }: Reading): string {
  return `(select *, unnest(${found}) as x, generate_subscripts(${found}, 1) - 1 as r from ${of})`
}

function rowsOf(run: RunOfDay, reading: Reading): string {
  const { stream, source, subject, columns, sent, kept = sent } = reading
  const given = {
    account_id: `'${run.account}'`,
    subject: subject.key,
    webinar_id: subject.webinarId ?? 'null',
    instance_uuid: subject.instanceUuid ?? 'null',
    source_endpoint: `'${source}'`,
    run_id: `'${run.id}'`,
    capture_id: captureId(run, reading),
    page_number: `r // ${rowsOfPage} + 1`,
    row_number: `r % ${rowsOfPage} + 1`,
    fetched_at: run.at,
    raw: kept,
    ...columns,
  }
  return rawSelect(stream, given, rowsFrom(reading))
}

function captureOf(run: RunOfDay, reading: Reading): string {
  const { stream, source, subject, of, found } = reading
  const count = `len(${found})`
  const given = {
    capture_id: captureId(run, reading),
    run_id: `'${run.id}'`,
    account_id: `'${run.account}'`,
    stream: `'${stream}'`,
    subject: subject.key,
    webinar_id: subject.webinarId ?? 'null',
    instance_uuid: subject.instanceUuid ?? 'null',
    instance_start: subject.instanceStart ?? 'null',
    source_endpoint: `'${source}'`,
    status: `case when ${count} = 0 then 'empty' else 'complete' end`,
    expected_rows: endpointFor(stream, source).isPaged ? count : 'null',
    captured_rows: count,
    repeated_rows: '0',
    rejected_rows: '0',
    pages: pagesIn(reading),
    // The same as long as the same was found.
    rows_checksum: `md5(${subject.key} || ${count})`,
    started_at: run.at,
    finished_at: run.at,
  }
  return rawSelect('captures', given, of)
}

function pagesOf(run: RunOfDay, reading: Reading): string {
  const { stream, source, of, found } = reading
  const given = {
    capture_id: captureId(run, reading),
    run_id: `'${run.id}'`,
    account_id: `'${run.account}'`,
    page_number: 'page',
    row_count: `least(${rowsOfPage}, len(${found}) - (page - 1) * ${rowsOfPage})`,
    rejected_count: '0',
    total_records: endpointFor(stream, source).isPaged ? `len(${found})` : 'null',
    page_size: `${rowsOfPage}`,
    has_next: `page < ${pagesIn(reading)}`,
    body_bytes: `100 + 300 * least(${rowsOfPage}, len(${found}))`,
    fetched_at: run.at,
  }
  return rawSelect('pages', given, `(select *, unnest(range(1, ${pagesIn(reading)} + 1)) as page from ${of})`)
}

function captureId(run: RunOfDay, { stream, source, id }: Reading): string {
  return `'${run.id}-${stream}-${source}-' || ${id}`
}

const pagesIn = ({ found }: Reading) => `greatest(1, (len(${found}) + ${rowsOfPage - 1}) // ${rowsOfPage})`

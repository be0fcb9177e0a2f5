import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { columnsOf, type RawRow } from '../../extract/raw/columns.ts'
import { duckdbTypes } from '../../extract/raw/views.ts'
import { type DataStream, type Stream, streams } from '../../extract/streams.ts'

const account = 'ACC'

export interface ToldCapture {
  stream: DataStream
  subject: string
  source: string
  rows: RawRow[]
  webinar?: number
  instance?: string
  status?: string
  expected?: number | null
}

/** What one run read. */
export type Day = readonly ToldCapture[]

/** Writes the raw zone of run after run, as extraction does: a flush a run, with checksums that tell equal readings. */
export class HistoryWorld {
  readonly dataDir: string
  readonly #daysApart: number
  #runs = 0

  constructor(dataDir: string, daysApart = 1) {
    this.dataDir = dataDir
    this.#daysApart = daysApart
  }

  async addRun(day: Day): Promise<void> {
    this.#runs += 1
    const at = (second: number) =>
      new Date(Date.UTC(2026, 4, 1 + this.#runs * this.#daysApart, 3, 0, second % 60, second)).toISOString()
    const runId = `${at(0).replaceAll(/[-:.]/g, '')}-${account}`
    const rows = new Map<Stream, RawRow[]>(streams.map((stream) => [stream, []]))
    day.forEach((told, index) => {
      const captureId = `${runId}-${String(index + 1).padStart(6, '0')}`
      const provenance = {
        account_id: account,
        subject: told.subject,
        webinar_id: told.webinar ?? null,
        instance_uuid: told.instance ?? null,
        source_endpoint: told.source,
        run_id: runId,
        capture_id: captureId,
      }
      const texts = told.rows.map((row) => JSON.stringify(row))
      rows.get('captures')?.push({
        ...provenance,
        stream: told.stream,
        status: told.status ?? (told.rows.length === 0 ? 'empty' : 'complete'),
        expected_rows: told.expected === undefined ? told.rows.length : told.expected,
        captured_rows: told.rows.length,
        repeated_rows: 0,
        rejected_rows: 0,
        pages: 1,
        rows_checksum: createHash('md5').update(texts.toSorted().join('\n')).digest('hex'),
        started_at: at(index),
        finished_at: at(index + 1),
      })
      told.rows.forEach((row, number) => {
        const place = { page_number: 1, row_number: number + 1, fetched_at: at(index) }
        rows.get(told.stream)?.push({ ...provenance, ...place, raw: texts[number] ?? '', ...row })
      })
    })
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    for (const [stream, part] of rows) {
      if (part.length === 0) continue
      const folder = join(this.dataDir, 'raw', stream, 'month=2026-05')
      await mkdir(folder, { recursive: true })
      const json = join(this.dataDir, 'given.json')
      await writeFile(json, JSON.stringify(part))
      const types = Object.entries(columnsOf(stream)).map(
        ([name, type]) => `"${name}": '${duckdbTypes[type]}'`,
      )
      await connection.run(
        `copy (select * from read_json('${json}', columns = {${types.join(', ')}}))
         to '${join(folder, `${runId}-0001.parquet`)}' (format parquet)`,
      )
    }
    connection.closeSync()
    instance.closeSync()
  }
}

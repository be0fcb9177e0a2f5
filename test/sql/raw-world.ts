import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { columnsOf, type RawRow } from '../../extract/raw/columns.ts'
import { duckdbTypes } from '../../extract/raw/views.ts'
import type { DataStream, Stream } from '../../extract/streams.ts'

/** What a test says about one capture; the rest is filled in. Times are ISO 8601. */
export interface GivenCapture {
  stream: DataStream
  subject: string
  rows: RawRow[]
  account_id?: string
  webinar_id?: number
  instance_uuid?: string
  source_endpoint?: string
  status?: string
  reason?: string
  /** As many as there are rows, unless said; null: nothing was promised. */
  expected_rows?: number | null
  /** Day of May 2026 on which it was read: decides run id and times. */
  day?: number
}

/** Collects captures as a test tells them and writes them as segments of a raw zone. */
export class RawWorld {
  readonly #rows = new Map<Stream, RawRow[]>()
  #captures = 0

  /** Adds a committed capture with its rows; returns its id. */
  capture(given: GivenCapture): string {
    this.#captures += 1
    const account = given.account_id ?? 'ACC'
    const day = String(given.day ?? 20).padStart(2, '0')
    const runId = `202605${day}T000000000Z-${account}`
    const captureId = `${runId}-${String(this.#captures).padStart(6, '0')}`
    const at = `2026-05-${day}T00:00:01Z`
    const provenance = {
      account_id: account,
      subject: given.subject,
      webinar_id: given.webinar_id ?? null,
      instance_uuid: given.instance_uuid ?? null,
      source_endpoint: given.source_endpoint ?? 'report',
      run_id: runId,
      capture_id: captureId,
    }
    this.add(
      'captures',
      ...[
        {
          ...provenance,
          stream: given.stream,
          status: given.status ?? (given.rows.length === 0 ? 'empty' : 'complete'),
          reason: given.reason ?? null,
          expected_rows: given.expected_rows === undefined ? given.rows.length : given.expected_rows,
          captured_rows: given.rows.length,
          rejected_rows: 0,
          pages: 1,
          started_at: at,
          finished_at: at,
        },
      ],
    )
    given.rows.forEach((row, index) => {
      const place = { page_number: 1, row_number: index + 1, fetched_at: at, raw: JSON.stringify(row) }
      this.add(given.stream, { ...provenance, ...place, ...row })
    })
    return captureId
  }

  /** Adds rows as they are, without a capture. */
  add(stream: Stream, ...rows: RawRow[]): void {
    this.#rows.set(stream, [...(this.#rows.get(stream) ?? []), ...rows])
  }

  /**
   * Writes the raw zone. `split` chooses the file of each row, so that a test can show that neither the number nor the
   * order of files matters.
   */
  async write(dataDir: string, split: (index: number) => number = () => 0): Promise<void> {
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    for (const [stream, rows] of this.#rows) {
      const folder = join(dataDir, 'raw', stream, 'month=2026-05')
      await mkdir(folder, { recursive: true })
      const columns = Object.entries(columnsOf(stream))
      const files = Map.groupBy(rows, (_row) => split(rows.indexOf(_row)))
      for (const [file, part] of files) {
        const json = join(dataDir, 'given.json')
        await writeFile(json, JSON.stringify(part))
        const types = columns.map(([name, type]) => `"${name}": '${duckdbTypes[type]}'`).join(', ')
        const target = join(folder, `20260520T000000000Z-ACC-${String(file).padStart(6, '0')}.parquet`)
        await connection.run(
          `copy (select * from read_json('${json}', columns = {${types}})) to '${target}' (format parquet)`,
        )
      }
    }
    connection.closeSync()
    instance.closeSync()
  }
}

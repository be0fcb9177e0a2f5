import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type Column, quote } from '../copyText.ts'
import type { PublishedTable } from '../tables.ts'
import { nameOf } from './serverTable.ts'

/** @returns how many rows the server took; the file is gone then */
export async function copyIn(
  client: pg.Client,
  schema: string,
  table: PublishedTable,
  columns: readonly Column[],
  file: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const list = columns.map((column) => quote(column.name)).join(', ')
  const target = client.query(
    copyFrom(`copy ${nameOf(schema, table.name)} (${list}) from stdin (format text)`),
  )
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), target, { signal })
  await rm(file)
  return target.rowCount
}

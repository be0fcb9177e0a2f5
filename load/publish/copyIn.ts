import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { copyHeader } from '../copyRow.ts'

/**
 * Copies rows of the binary format into a table.
 * @param target name of the table and list of its columns, as SQL
 * @param file is gone afterwards
 * @returns how many rows the server took
 */
export async function copyIn(
  client: pg.Client,
  target: string,
  file: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const stream = client.query(copyFrom(`copy ${target} from stdin (format binary)`))
  const rows = async function* () {
    yield copyHeader
    yield* createReadStream(file, { highWaterMark: 1 << 20 })
  }
  await pipeline(rows, stream, { signal })
  await rm(file)
  return stream.rowCount
}

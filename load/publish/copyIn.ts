import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { copyHeader } from '../copyRow.ts'
import type { RowFiles } from './rowFiles.ts'
import { assertCount } from './serverTable.ts'

/**
 * Copies rows of the binary format into a table, as they come.
 * @param target name of the table and list of its columns, as SQL
 * @param files are gone afterwards
 * @returns how many rows the server took, which is how many there were
 */
export async function copyIn(
  client: pg.Client,
  target: string,
  { change, files }: RowFiles,
  signal: AbortSignal | undefined,
  isFrozen = false,
): Promise<number> {
  const options = isFrozen ? 'format binary, freeze' : 'format binary'
  const stream = client.query(copyFrom(`copy ${target} from stdin (${options})`))
  let given = 0
  const rows = async function* () {
    yield copyHeader
    for (const file of files) {
      const { path, rows } = await file
      yield* createReadStream(path, { highWaterMark: 1 << 20 })
      await rm(path)
      given += rows
    }
  }
  await pipeline(rows, stream, { signal })
  assertCount(change.table.name, 'copied rows', stream.rowCount, given)
  return given
}

import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import {
  Compression,
  EnabledStatistics,
  Table,
  transformParquetStream,
  type WriterProperties,
  WriterPropertiesBuilder,
} from 'parquet-wasm'
import type { Disk } from './disk.ts'
import { diskError } from './error.ts'

/** Rows of a row group, which is in memory, compressed, until it is whole. */
const rowGroupRows = 16_384

/**
 * Values of a column that are compressed in one go. The table in which zstd looks for what it has seen fits so few
 * better, and the row group that is being made takes less memory than with a megabyte a column.
 */
const pageBytes = 128 * 1024

export interface Written {
  bytes: number
  sha256: string
}

/**
 * Writes one Parquet file, row group by row group. The final name means a whole and durable file: temporary name
 * in the same folder, sync, rename, sync of the folder.
 * @param batches Arrow IPC streams of one schema, at least one, in the order of their rows; the next is asked for when
 *   one is no longer needed
 * @param beforeRename called when the file is durable and has only to get its name
 * @returns size of the file in bytes and the SHA-256 of them
 * @throws RawZoneError
 */
export async function writeSegment(
  path: string,
  batches: AsyncIterable<Uint8Array>,
  disk: Disk,
  beforeRename: (written: Written) => Promise<void> = async () => undefined,
): Promise<Written> {
  const temporary = `${path}.tmp`
  const file = await disk.create(temporary)
  const hash = createHash('sha256')
  let written: Written = { bytes: 0, sha256: '' }
  let bytes = 0
  try {
    try {
      for await (const part of parquet(path, batches)) {
        bytes += part.length
        hash.update(part)
        await file.write(part)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    written = { bytes, sha256: hash.digest('hex') }
    await beforeRename(written)
    await disk.rename(temporary, path)
  } catch (error) {
    // Tidy up, but let the first error speak; what is left behind is removed when the zone is opened again.
    await disk.remove(temporary).catch(() => undefined)
    throw error
  }
  await disk.syncFolder(dirname(path))
  return written
}

async function* parquet(path: string, batches: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = batches[Symbol.asyncIterator]()
  // An error inside the stream reaches us as the wasm's own words only, so the true one is kept aside.
  let fault: unknown = null
  const input = new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await source.next()
          if (done) return controller.close()
          const table = Table.fromIPCStream(value)
          for (const batch of table.recordBatches()) controller.enqueue(batch)
          table.free()
        } catch (error) {
          fault = error
          controller.error(error)
        }
      },
    },
    { highWaterMark: 0 },
  )
  try {
    yield* (await transformParquetStream(input, properties())) as ReadableStream<Uint8Array>
  } catch (error) {
    if (fault instanceof Error) throw fault
    throw diskError('encode', path, error)
  }
  if (fault instanceof Error) throw fault
}

const skippable = ['capture_id', 'subject', 'webinar_id', 'instance_uuid', 'start_time', 'join_time']

function properties(): WriterProperties {
  // No dictionaries: nearly all our columns are either unique or constant, and zstd folds both better and faster.
  let builder = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setDictionaryEnabled(false)
    .setStatisticsEnabled(EnabledStatistics.None)
    .setMaxRowGroupSize(rowGroupRows)
    .setDataPageSizeLimit(pageBytes)
    .setCreatedBy('rollcall')
  // Smallest and largest only of what rows are looked for by: of the rest they skip nothing and cost a tenth.
  for (const name of skippable) builder = builder.setColumnStatisticsEnabled(name, EnabledStatistics.Chunk)
  return builder.build()
}

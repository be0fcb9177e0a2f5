import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { transform as runTransform } from '../../transform/transform.ts'
import { writeRawFiles } from '../rawFiles.ts'
import { atMost, type BenchRow, type Figures, known, mib, type Place } from '../row.ts'

/**
 * All models and audits over raw files that are there, into a fresh catalog. Floor: DuckDB reading the same rows of
 * participants and sorting them once, by instance, time and join, into a file like the catalog, with as many threads and
 * as much memory. DuckDB is told to keep below 4 GB and two threads, so that machines compare; its memory is in the
 * measuring process. Of 10 million rows it was seen to hold up to 2 GiB beyond what it is told.
 */
const threads = 2
const memoryLimit = '4GB'

export const transform: BenchRow = {
  what: 'transform, all models and audits',
  against: 'DuckDB sorting the same rows once',
  unit: 'join/leave rows',
  sizes: { small: 4_000, full: 10_000_000 },
  prepare: ({ folder, size }) => writeRawFiles(folder, size),
  ours: async ({ folder }) => modelled(folder, memoryLimit),
  rival,
  checks: (ours, rival) => [
    atMost('against one sort', ours.seconds / rival.seconds, 5, 'times'),
    atMost('memory', ours.peak_bytes / mib / 1024, 6, 'GiB'),
  ],
}

/**
 * The same with what does not fit into memory by far: it has to finish. Of the disk it needs 9 GB for raw files and 76 GB
 * for what is built and what waits meanwhile; in the end the catalog and its standby have 27 GB each.
 */
export const spill: BenchRow = {
  what: 'transform that spills to disk',
  against: null,
  unit: 'join/leave rows',
  sizes: { small: 4_000, full: 100_000_000 },
  isByHand: true,
  repeatsMax: 1,
  prepare: ({ folder, size }) => writeRawFiles(folder, size),
  ours: async ({ folder }) => modelled(folder, '16GB'),
  checks: (ours) => [
    known('takes', ours.seconds / 60, 'min'),
    atMost('memory', ours.peak_bytes / mib / 1024, 24, 'GiB'),
  ],
}

async function modelled(folder: string, memory: string): Promise<Figures> {
  const { milliseconds, models, catalogPath } = await runTransform({
    dataDir: folder,
    memoryLimit: memory,
    threads,
  })
  await rm(catalogPath)
  const perModel = models
    .filter((model) => model.milliseconds * 50 > milliseconds)
    .map((model): [string, number] => [`seconds of ${model.name}`, model.milliseconds / 1000])
  const participants = models.find((model) => model.name === 'marts.zoom_participants')?.rows ?? 0
  return { seconds: milliseconds / 1000, participants, ...Object.fromEntries(perModel) }
}

async function rival({ folder }: Place): Promise<Figures> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: memoryLimit,
    temp_directory: join(folder, 'spill'),
  })
  const connection = await instance.connect()
  const started = performance.now()
  await connection.run(`attach '${join(folder, 'sorted.duckdb')}' as floor (recovery_mode 'no_wal_writes')`)
  await connection.run(
    `create table floor.sorted as select * from read_parquet('${join(folder, 'raw/participants/*/*.parquet')}')
     order by instance_uuid, join_time, leave_time, user_id`,
  )
  await connection.run('detach floor')
  const seconds = (performance.now() - started) / 1000
  connection.closeSync()
  instance.closeSync()
  await rm(join(folder, 'sorted.duckdb'))
  return { seconds }
}

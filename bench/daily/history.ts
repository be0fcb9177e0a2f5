import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { type Day, dayOfRaw, type Shape } from './dayOfRaw.ts'

const account = 'ACC'
const rowsOfInstance = 500
const instancesOfWebinar = 10
const instancesOfDay = 27
const newPeople = 2_000

const lastDay = Date.UTC(2026, 4, 29)

/** A history on disk. */
interface History {
  instances: number
  files(): number
  /** Adds the day after it, with one new instance, and ends the writing. */
  addDay(): Promise<void>
}

/** Writes the raw files of a history with so many join/leave rows, a run a day. */
export async function writeHistory(dataDir: string, rows: number): Promise<History> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  await connection.run("set TimeZone = 'UTC'")
  const instances = Math.ceil(rows / rowsOfInstance)
  const days = Math.ceil(instances / instancesOfDay)
  const dateOf = (day: number) => new Date(lastDay - (days - 1 - day) * 86_400_000).toISOString().slice(0, 10)
  const shape: Shape = {
    account,
    webinars: Math.ceil(instances / instancesOfWebinar),
    people: Math.ceil(rows / 20),
    firstDate: dateOf(0),
    instancesOfDay,
    rowsOfInstance,
  }
  let files = 0
  const write = async (day: Day) => {
    files += await writeDay(connection, dataDir, shape, day)
  }
  for (let day = 0; day < days; day += 1) {
    const from = day * instancesOfDay
    const to = Math.min(instances, from + instancesOfDay)
    // An instance is seen for a week.
    const seenFrom = Math.max(0, from - 8 * instancesOfDay)
    await write({ date: dateOf(day), from, to, seenFrom, persons: rowsOfInstance / 2 })
  }
  return {
    instances,
    files: () => files,
    async addDay() {
      const i = days * instancesOfDay + shape.webinars
      // The next instance of a webinar that exists.
      const next = i - (i % shape.webinars)
      await write({ date: '2026-05-30', from: next, to: next + 1, seenFrom: next, persons: newPeople })
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** @returns how many files */
async function writeDay(
  connection: DuckDBConnection,
  dataDir: string,
  shape: Shape,
  day: Day,
): Promise<number> {
  const { runId, streams, captures } = dayOfRaw(shape, day)
  const pathOf = (stream: string) => `${stream}/month=${day.date.slice(0, 7)}/${runId}-0001.parquet`
  const written: { path: string; captures: string[] }[] = []
  for (const [stream, select] of streams) {
    const path = pathOf(stream)
    if (await copyOut(connection, select, join(dataDir, 'raw', path))) {
      written.push({ path, captures: [`${runId}-${stream}`] })
    }
  }
  const path = pathOf('captures')
  await copyOut(connection, captures, join(dataDir, 'raw', path))
  written.push({ path, captures: [] })
  await writeManifest(dataDir, runId, written)
  return written.length
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

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { monthWindows, type Window } from '../../extract/discovery/windows.ts'
import { newRunId, saveRun } from '../../extract/runs.ts'
import { type Due, dueReadings } from './dueReadings.ts'
import { type Listed, listReadings } from './listReadings.ts'
import { newPeople, newPerson, peopleMin, peopleOfInstance, personOfInstance } from './people.ts'
import { flushOf, type Reading, type RunOfDay } from './reading.ts'
import { daysBefore, instancesOf, type Shape, webinarOf } from './shape.ts'
import { writeFlush } from './writeFlush.ts'
import { scopes } from './zoomScopes.ts'

const rowsOfInstance = 2 * peopleOfInstance
const instancesOfDay = 27

const lastDayMs = Date.UTC(2026, 4, 29)
const DAY_MS = 86_400_000
/** When the run of a day begins: all of its instances have ended. */
const RUN_MS = 23 * 3_600_000
/** So many days after its last instance a webinar is asked about, where no list has it: see `askedWebinars`. */
const askedAfterDays = [5, 11, 23, 30]

/** A run that reads from Zoom, and what it reads there. */
export interface Visit {
  /** What the clock shows, epoch ms. */
  atMs: number
  readings: Reading[]
}

/** A history on disk, and what Zoom has for the runs after it. */
interface History {
  instances: number
  files: number
  /** The same evening, half an hour later: nothing is due. */
  evening: Visit
  /** The day after, with the new instance. */
  day: Visit
  newInstance: string
}

/**
 * Writes the raw files and the run files of a history with so many join/leave rows, as rollcall leaves them: a run a day
 * at 23:00, with all it has to read for being settled by `settleDays: 0`, in one flush.
 */
export async function writeHistory(dataDir: string, rows: number): Promise<History> {
  const instances = Math.ceil(rows / rowsOfInstance)
  const days = Math.ceil(instances / instancesOfDay)
  const firstMs = lastDayMs - (days - 1) * DAY_MS
  const shape: Shape = {
    account: 'ACC',
    people: Math.max(Math.ceil(rows / 20), peopleMin),
    firstDate: dateOf(firstMs),
    instancesOfDay,
    rowsOfInstance,
    daysBefore: daysBefore(days),
  }
  // The first of the day after it: the next one of a webinar that ran on the days before.
  const next = days * instancesOfDay
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  await connection.run("set TimeZone = 'UTC'")
  let files = 0
  for (let day = 0; day < days; day += 1) {
    const startedMs = firstMs + day * DAY_MS + RUN_MS
    const [from, to] = [day * instancesOfDay, Math.min(instances, (day + 1) * instancesOfDay)]
    const known = listedAt(shape, { startedMs, lastMs: startedMs - DAY_MS, to })
    const due: Due = {
      instances: `range(${from}, ${to})`,
      persons: peopleOfInstance,
      person: (i, w, k) => personOfInstance(shape, i, w, k),
    }
    files += await writeRun(connection, dataDir, shape, startedMs, [
      ...listReadings(shape, known),
      ...dueReadings(shape, due),
    ])
  }
  connection.closeSync()
  instance.closeSync()
  const lastMs = lastDayMs + RUN_MS
  const eveningMs = lastMs + 30 * 60_000
  const dayMs = lastMs + DAY_MS
  const ofEvening = listedAt(shape, { startedMs: eveningMs, lastMs, to: instances })
  const ofDay = listedAt(shape, { startedMs: dayMs, lastMs: eveningMs, to: instances, more: [next] })
  const due: Due = {
    instances: `[${next}]`,
    persons: newPeople,
    person: (_, w, k) => newPerson(shape, w, k),
  }
  return {
    instances,
    files,
    evening: { atMs: eveningMs, readings: listReadings(shape, ofEvening) },
    day: { atMs: dayMs, readings: [...listReadings(shape, ofDay), ...dueReadings(shape, due)] },
    newInstance: `uuid-${next}==`,
  }
}

interface Moment {
  startedMs: number
  /** When the run before began. */
  lastMs: number
  /** The first instance that has not run, and those that have although they come after it. */
  to: number
  more?: readonly number[]
}

/** What the lists say then: those of instances are asked for the days since the day before the last run. */
function listedAt(shape: Shape, { startedMs, lastMs, to, more = [] }: Moment): Listed {
  const dayOf = (date: string) => (Date.parse(date) - Date.parse(shape.firstDate)) / DAY_MS
  const after = `[${more.join(', ')}]::bigint[]`
  const lists = [
    ranOn(shape, dayOf(dateOf(lastMs - DAY_MS)), to),
    ...askedAfterDays.map((days) => lastRanOn(shape, dayOf(dateOf(startedMs)) - days)),
  ]
  return {
    windows: monthWindows(new Date(lastMs - DAY_MS), new Date(startedMs)),
    ranLately(window: Window) {
      const [from, until] = [dayOf(window.from), dayOf(window.to) + 1].map((day) => day * instancesOfDay)
      const first = Math.max(0, from as number)
      return `list_concat(range(${first}, ${Math.max(first, Math.min(to, until as number))}), ${after})`
    },
    asked: `list_distinct(list_concat(${lists.join(', ')}))`,
    ranOf: `list_concat(${instancesOf(shape, 'w', to)},
      list_filter(${after}, n -> ${webinarOf(shape, 'n')} = w))`,
  }
}

/** SQL of a list of the webinars that ran on a day or later, before the instance `to`. */
function ranOn(shape: Shape, day: number, to: number): string {
  const first = Math.max(0, day * shape.instancesOfDay)
  return `[${webinarOf(shape, 'n')} for n in range(${first}, ${Math.max(first, to)})]`
}

/** SQL of a list of the webinars that ran on a day, but not on the next. */
function lastRanOn(shape: Shape, day: number): string {
  const [first, end] = [day, day + 1].map((one) => Math.max(0, one * shape.instancesOfDay))
  const next = webinarOf(shape, `(n + ${shape.instancesOfDay})`)
  return `[${webinarOf(shape, 'n')} for n in range(${first}, ${end}) if ${webinarOf(shape, 'n')} <> ${next}]`
}

/** @returns how many files */
async function writeRun(
  connection: DuckDBConnection,
  dataDir: string,
  { account }: Shape,
  startedMs: number,
  readings: readonly Reading[],
): Promise<number> {
  const startedAt = new Date(startedMs).toISOString()
  const run: RunOfDay = { id: newRunId(startedMs, account), account, at: `timestamptz '${startedAt}'` }
  const place = { runId: run.id, flush: 1, month: startedAt.slice(0, 7) }
  const files = await writeFlush(connection, dataDir, place, flushOf(run, readings))
  await saveRun(dataDir, {
    ...{ run_id: run.id, account_id: account, kind: 'extract', status: 'finished', reason: null, scopes },
    ...{ started_at: startedAt, finished_at: startedAt, is_narrowed: false, is_full: false },
    // What the account had used of its quota matters on the same day only.
    requests: { [dateOf(startedMs)]: { light: 0, medium: 0, heavy: 0, resource_intensive: 0 } },
  })
  return files
}

const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

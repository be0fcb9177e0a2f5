import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, open, rename } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'

/**
 * A run and its states. One file a run, `<data>/runs/<run_id>.json`, replaced by rename, so that the state of the
 * pipeline can be read with `ls` and `cat`.
 *
 *   running ──▶ captured ──▶ finished     Zoom is read; then, for a sync, all stages are done
 *      │ ▲         │ │          ▲
 *      │ │         │ └──────────┘         after a while as good as finished: what Zoom says may have changed
 *      │ └─────────┤
 *      ├──▶ stopped ┤                     Ctrl-C or the daily quota
 *      └──▶ failed ─┘                     an error; so does a run that a crash left `running`
 *
 * The next run of the same kind goes on with one that is not finished, under the same id. That is what makes a run
 * that was killed and resumed equal to an undisturbed one, wherever it was killed.
 */
const runStatuses = ['running', 'captured', 'stopped', 'failed', 'finished'] as const

/** A resumed run takes its own lists for current this long; older ones are read again. */
export const FRESH_MS = 6 * 3_600_000

const Run = z.object({
  run_id: z.string(),
  account_id: z.string(),
  /** `sync`, `extract` or `import`. */
  kind: z.string(),
  status: z.enum(runStatuses),
  started_at: z.iso.datetime(),
  finished_at: z.iso.datetime().nullable(),
  /** Why it is not finished, for `status`. */
  reason: z.string().nullable(),
  /** Whether it was asked for some webinars or days only, so that it says nothing about how far back the rest is read. */
  is_narrowed: z.boolean().optional(),
  /** Whether it reads as far back as Zoom reports: whoever goes on with it does so too. */
  is_full: z.boolean().optional(),
  /** Scopes of its token: what one granted since has opened is looked at once. */
  scopes: z.array(z.string()).optional(),
  /** Requests by rate-limit label and UTC day; the daily quota outlives the process. */
  requests: z.record(z.string(), z.record(z.string(), z.number())),
})
export type Run = z.infer<typeof Run>

const folder = (dataDir: string) => path.join(dataDir, 'runs')
const fileOf = (dataDir: string, runId: string) => path.join(folder(dataDir), `${runId}.json`)

/**
 * The runs of a data folder, oldest first. They are read without handing each over to another thread, which for small
 * files takes several times as long as reading them: years of days have many.
 * @throws where a run file cannot be read as one
 */
export function listRuns(dataDir: string): Run[] {
  if (!existsSync(folder(dataDir))) return []
  const names = readdirSync(folder(dataDir)).filter((name) => name.endsWith('.json'))
  return names.sort().map((name) => readRun(path.join(folder(dataDir), name)))
}

function readRun(file: string): Run {
  try {
    return Run.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new Error(`${file} is not a run file; move it away and run again`, { cause: error })
  }
}

/**
 * Starts a run, or goes on with the newest unfinished one of the same account and kind.
 * The id sorts by time: `<YYYYMMDDTHHMMSSmmmZ>-<account_id>`.
 */
export async function beginRun(
  dataDir: string,
  accountId: string,
  kind: string,
  clock: () => number = Date.now,
  runs: readonly Run[] = listRuns(dataDir),
): Promise<{ run: Run; isResumed: boolean }> {
  const open = openRun(runs, accountId, kind, clock())
  if (open) {
    const run: Run = { ...open, status: 'running', reason: null }
    await saveRun(dataDir, run)
    return { run, isResumed: true }
  }
  // Two runs in one millisecond happen in tests and scripts; ids must still differ and sort.
  let started = clock()
  while (runs.some((run) => run.run_id === newRunId(started, accountId))) started += 1
  const run: Run = {
    run_id: newRunId(started, accountId),
    account_id: accountId,
    kind,
    status: 'running',
    started_at: new Date(started).toISOString(),
    finished_at: null,
    reason: null,
    requests: {},
  }
  await saveRun(dataDir, run)
  return { run, isResumed: false }
}

/** The run that the next one of this account and kind goes on with. */
export function openRun(
  runs: readonly Run[],
  accountId: string,
  kind: string,
  nowMs: number,
): Run | undefined {
  return runs.findLast((run) => run.account_id === accountId && run.kind === kind && isOpen(run, nowMs))
}

/** Whether a run is still to be gone on with. */
function isOpen(run: Run, nowMs: number): boolean {
  if (run.status !== 'captured') return run.status !== 'finished'
  return nowMs - Date.parse(run.finished_at ?? run.started_at) < FRESH_MS
}

/** Whether everything a run set out to read from Zoom is in the raw zone. */
export function isWhole(run: Run): boolean {
  return run.status === 'captured' || run.status === 'finished'
}

/** A captured run is in the warehouse: the next one is a run of its own. */
export async function finishRun(dataDir: string, runId: string): Promise<void> {
  const file = fileOf(dataDir, runId)
  const run = existsSync(file) ? readRun(file) : undefined
  if (run?.status === 'captured') await saveRun(dataDir, { ...run, status: 'finished' })
}

/** `<YYYYMMDDTHHMMSSmmmZ>-<account_id>` */
export function newRunId(startedMs: number, accountId: string): string {
  return `${new Date(startedMs).toISOString().replaceAll(/[-:.]/g, '')}-${accountId}`
}

/** Replaces the run's file whole: temporary name, fsync, rename. */
export async function saveRun(dataDir: string, run: Run): Promise<void> {
  await mkdir(folder(dataDir), { recursive: true })
  const file = fileOf(dataDir, run.run_id)
  const temporary = `${file}.tmp`
  const handle = await open(temporary, 'w')
  try {
    await handle.writeFile(`${JSON.stringify(Run.parse(run), null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
}

/** Requests already made on a UTC day, by label, over all runs of the account: the quota is the account's. */
export function requestsOn(runs: readonly Run[], accountId: string, day: string): Record<string, number> {
  const used: Record<string, number> = {}
  for (const run of runs) {
    if (run.account_id !== accountId) continue
    for (const [label, count] of Object.entries(run.requests[day] ?? {})) {
      used[label] = (used[label] ?? 0) + count
    }
  }
  return used
}

import { makePlan } from '../../extract/plan.ts'
import { FRESH_MS, newRunId, openRun, type Run } from '../../extract/runs.ts'
import { CONFIRM_MINUTES, SETTLE_DAYS } from '../../extract/settings.ts'
import type { Why } from '../../extract/settling.ts'
import { count, counted } from '../terminal/format.ts'

/** What the next sync reads of what is known today; what is new it finds out itself. */
export interface Next {
  /** The run it goes on with; null for a new one. */
  resumes: string | null
  /** Instances and webinars with something to read, of how many instances that are known. */
  instances: number
  webinars: number
  knownInstances: number
  /** Readings by why they are made. */
  readings: Partial<Record<Why, number>>
  /** Readings that failed too often to be made by every sync. */
  deferred: number
  /** The newest of the instances. */
  newest: { webinarId: number; zoomUuid: string; startTime: string; why: Why[]; settlesBy: string | null }[]
}

const DAY_MS = 86_400_000
const newest_shown = 5

/** Plans the next sync without asking Zoom. Null where nothing was ever read from Zoom. */
export async function readNext(
  dataDir: string,
  accountId: string | undefined,
  runs: readonly Run[],
  clock: () => number = Date.now,
): Promise<Next | null> {
  const last = runs.findLast(
    (run) => run.kind === 'extract' && run.account_id === (accountId ?? run.account_id),
  )
  if (last === undefined) return null
  const now = new Date(clock())
  const open = openRun(runs, last.account_id, 'extract', now.getTime()) ?? null
  const plan = await makePlan({
    dataDir,
    accountId: last.account_id,
    run: {
      id: open?.run_id ?? newRunId(now.getTime(), last.account_id),
      freshSinceMs: now.getTime() - FRESH_MS,
    },
    now,
    until: now,
    webinarIds: [],
    settleDays: SETTLE_DAYS,
    confirmMinutes: CONFIRM_MINUTES,
    opened: [],
    isPatienceOver: false,
  })
  const readings: Next['readings'] = {}
  for (const { captures } of [...plan.instances, ...plan.webinars])
    for (const { why } of captures) readings[why] = (readings[why] ?? 0) + 1
  return {
    resumes: open?.run_id ?? null,
    instances: plan.instances.length,
    webinars: plan.webinars.length,
    knownInstances: plan.knownInstances,
    readings,
    deferred: plan.deferred,
    newest: plan.instances
      .flatMap(({ captures }) => {
        const subject = captures[0]?.subject
        if (subject?.instanceUuid === undefined || subject.instanceStart === undefined) return []
        const end = subject.instanceEnd
        return {
          webinarId: Number(subject.webinarId),
          zoomUuid: subject.instanceUuid,
          startTime: new Date(subject.instanceStart).toISOString(),
          why: [...new Set(captures.map((capture) => capture.why))].sort(),
          settlesBy:
            end === undefined ? null : new Date(Date.parse(end) + SETTLE_DAYS * DAY_MS).toISOString(),
        }
      })
      .sort((a, b) =>
        a.startTime < b.startTime ? 1 : a.startTime > b.startTime ? -1 : a.zoomUuid < b.zoomUuid ? -1 : 1,
      )
      .slice(0, newest_shown),
  }
}

const reasons: Readonly<Record<Why, string>> = {
  new: 'never read',
  unsettled: 'may still change',
  owed: 'failed before',
  refused: 'refused for a scope or plan',
  scope: 'opened by a new scope',
}

/** Why something is read, in words. */
export function whyText(why: readonly Why[]): string {
  return why.map((one) => reasons[one]).join(', ')
}

/** The next sync in a line. */
export function nextText(next: Next): string {
  const goesOn = next.resumes === null ? '' : `goes on with run ${next.resumes} and `
  const later =
    next.deferred > 0 ? `; ${count(next.deferred)} readings that failed often wait for their day` : ''
  const why = Object.entries(next.readings)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([one, readings]) => `${count(readings)} ${reasons[one as Why]}`)
  if (why.length === 0) return `rollcall sync ${goesOn}looks for what is new; all else is settled${later}`
  const webinars = next.webinars > 0 ? ` and lists of ${counted(next.webinars, 'webinar')}` : ''
  return `rollcall sync ${goesOn}looks for what is new and reads ${count(next.instances)} of ${count(next.knownInstances)} instances${webinars} (readings: ${why.join(', ')})${later}`
}

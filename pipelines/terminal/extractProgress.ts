import type { ExtractEvent } from '../../extract/extract.ts'
import type { Plan } from '../../extract/plan.ts'
import { describeFaults } from '../../extract/raw/inspect.ts'
import { count } from './format.ts'
import type { Output } from './output.ts'
import { leftText, timeLeft } from './timeLeft.ts'
import { waits } from './waits.ts'

/** Routes that failing costs completeness, in words for a person. */
const ROUTE_NAMES: Record<string, string> = {
  history_meetings: 'the account history report',
  user_reports: 'the reports by user',
  metrics: 'the dashboard list',
  past_webinars: 'past instances',
  users: 'the users',
  webinars: 'webinar details',
}

/** Rows on a page of participants, the largest Zoom gives. */
const page_rows = 300

/** Turns the events of an extract into a line that is kept up to date, and warnings that stay. */
export function extractProgress(
  output: Output,
  clock: () => number = Date.now,
): (event: ExtractEvent) => void {
  const started = clock()
  const pace = timeLeft(clock)
  const waiting = waits(clock)
  let looking = 'looking for instances'
  let rows = 0
  let requests = 0
  let done = 0
  let total: number | null = null
  let expected: number | null = null
  /** Captures a page of which has come, so that their end is not counted as one more request. */
  const paged = new Set<string>()
  const keyOf = (event: { stream: string; subject: { key: string } }) =>
    `${event.stream}|${event.subject.key}`
  const asked = () => {
    requests += 1
    pace.made()
  }
  const show = () => {
    const rate = Math.round(rows / Math.max(1, (clock() - started) / 1000))
    const instances = total === null ? looking : `${count(done)} of ${count(total)} instances`
    // The plan knows how many people came at best from hints: there is at least one request an instance to go.
    const togo = expected === null || total === null ? null : Math.max(expected - requests, total - done)
    const left_ms = togo === null || togo === 0 ? null : pace.of(togo)
    const left = left_ms === null ? '' : `, ${leftText(left_ms)}`
    output.progress(
      `extract    ${instances}, ${count(rows)} rows, ${count(rate)} rows/s${left}${waiting.text()}`,
    )
  }
  return (event) => {
    switch (event.type) {
      case 'run':
        if (event.isResumed) output.done(`extract    going on with run ${event.run.run_id}`)
        break
      case 'page':
        rows += event.rows
        paged.add(keyOf(event))
        asked()
        show()
        break
      case 'list':
        looking =
          `looking for instances in ${count(event.done)} of ${count(event.total)} lists` +
          (event.perMinute === null ? '' : ` (Zoom allows ${event.perMinute} of the dashboard's a minute)`)
        show()
        break
      case 'capture':
        // A refusal is a request without a page.
        if (!paged.delete(keyOf(event))) asked()
        break
      case 'instance':
        done = event.done
        total = event.total
        show()
        break
      case 'discovered': {
        total = event.plan.instances.length
        expected = requestsOf(event.plan)
        requests = 0
        const denied = new Set(
          event.routes
            .filter((route) => route.outcomes.some((outcome) => outcome.verdict.status === 'denied'))
            .map((route) => ROUTE_NAMES[route.source] ?? route.source),
        )
        if (denied.size > 0)
          output.done(`extract    not allowed to read, at least in part: ${[...denied].join(', ')}`)
        show()
        break
      }
      case 'wait':
        waiting.add(event.reason, event.untilMs)
        show()
        break
      case 'set_aside':
        output.warn(describeFaults([event.fault]))
        break
      default:
        throw new Error(`unknown event ${(event satisfies never as ExtractEvent).type}`)
    }
  }
}

/** Requests a plan will take: one a reading, and one more for each further page of people that a hint lets expect. */
function requestsOf(plan: Pick<Plan, 'instances' | 'webinars'>): number {
  const instances = plan.instances.map(
    ({ captures, hintedParticipants }) => captures.length + Math.floor((hintedParticipants ?? 0) / page_rows),
  )
  const webinars = plan.webinars.map(({ captures }) => captures.length)
  return [...instances, ...webinars].reduce((sum, requests) => sum + requests, 0)
}

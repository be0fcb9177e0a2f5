import type { ExtractEvent } from '../../extract/extract.ts'
import { describeFaults } from '../../extract/raw/inspect.ts'
import { count } from './format.ts'
import type { Output } from './output.ts'

/** Routes that failing costs completeness, in words for a person. */
const ROUTE_NAMES: Record<string, string> = {
  history_meetings: 'the account history report',
  user_reports: 'the reports by user',
  metrics: 'the dashboard list',
  past_webinars: 'past instances',
  users: 'the users',
  webinars: 'webinar details',
}

/** Turns the events of an extract into a line that is kept up to date, and warnings that stay. */
export function extractProgress(
  output: Output,
  clock: () => number = Date.now,
): (event: ExtractEvent) => void {
  const started = clock()
  let rows = 0
  let done = 0
  let total: number | null = null
  const show = () => {
    const rate = Math.round(rows / Math.max(1, (clock() - started) / 1000))
    const instances = total === null ? 'looking for instances' : `${count(done)} of ${count(total)} instances`
    output.progress(`extract    ${instances}, ${count(rows)} rows, ${count(rate)} rows/s`)
  }
  return (event) => {
    switch (event.type) {
      case 'run':
        if (event.isResumed) output.done(`extract    going on with run ${event.run.run_id}`)
        break
      case 'page':
        rows += event.rows
        show()
        break
      case 'list':
        output.progress(
          `extract    looking for instances: ${count(event.done)} of ${count(event.total)} lists` +
            (event.perMinute === null ? '' : `; Zoom allows ${event.perMinute} of the dashboard's a minute`),
        )
        break
      case 'instance':
        done = event.done
        total = event.total
        show()
        break
      case 'discovered': {
        total = event.plan.instances.length
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
        output.progress(
          `extract    waiting until ${new Date(event.untilMs).toISOString().slice(11, 19)} UTC: ${event.reason}`,
        )
        break
      case 'capture':
        break
      case 'set_aside':
        output.warn(describeFaults([event.fault]))
        break
      default:
        throw new Error(`unknown event ${(event satisfies never as ExtractEvent).type}`)
    }
  }
}

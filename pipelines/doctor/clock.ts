import type { AnswerHead } from '../../extract/zoom/exchange.ts'
import { type Finding, ok, problem, skipped, warning } from './finding.ts'

const warn_seconds = 60
const problem_seconds = 300

/**
 * Our clock against the `Date` of Zoom's answers, in seconds; above 0 we are ahead. The answer with the shortest way
 * says it best. `Date` has whole seconds, cut off, so half a second is added. Null where no answer carried one.
 */
function clockSkew(heads: readonly AnswerHead[]): number | null {
  const [best] = heads
    .map((head) => ({ ...head, dateMs: Date.parse(String(head.headers.date ?? '')) }))
    .filter((head) => !Number.isNaN(head.dateMs))
    .sort((a, b) => a.receivedAtMs - a.sentAtMs - (b.receivedAtMs - b.sentAtMs))
  if (best === undefined) return null
  const skew = ((best.sentAtMs + best.receivedAtMs) / 2 - (best.dateMs + 500)) / 1000
  // Below the resolution of the header there is nothing to tell.
  return Math.abs(skew) < 1 ? 0 : Math.round(skew)
}

export function checkClock(heads: readonly AnswerHead[]): Finding {
  const skew = clockSkew(heads)
  if (skew === null) return skipped('clock', "needs an answer of Zoom's with its time")
  const found =
    skew === 0
      ? "this machine's clock agrees with Zoom's"
      : `this machine's clock is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} Zoom's`
  if (Math.abs(skew) <= warn_seconds) return ok('clock', found)
  const judge = Math.abs(skew) > problem_seconds ? problem : warning
  return judge('clock', found, {
    cost: 'when a report is ready, when an instance is settled, when the daily quota starts anew and when a token ends are told by this clock',
    remedy: 'Set the clock, and let a time service keep it (timedatectl set-ntp true).',
  })
}

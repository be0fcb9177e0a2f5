import type { Verdict } from './verdict.ts'

/** So many failures of the network or Zoom one after another mean an outage, not bad luck. */
const OUTAGE_FAILURES = 20

/** Counts failures in a row and throws when they look like an outage, so that a dead network does not take hours. */
export function outageGuard() {
  let inARow = 0
  return {
    count(verdict: Verdict) {
      inARow = verdict.status === 'failed' && verdict.isTransient ? inARow + 1 : 0
      if (inARow >= OUTAGE_FAILURES) {
        throw new Error(
          `${inARow} readings in a row failed, the last: ${verdict.reason}. What was captured is kept; run the same command again when Zoom can be reached`,
        )
      }
    },
  }
}

import { DateTime } from 'luxon'
import { REPORT_REACH_MONTHS } from '../../extract/verdict.ts'
import type { ZoomError } from '../../extract/zoom/errors.ts'
import { type Finding, ok, skipped, warning } from './finding.ts'

/** The portal keeps reports this long; no list of the API has been seen to reach further. */
const reachMonths_max = 15

/**
 * The earliest day a list of instances may be asked for, `YYYY-MM-DD`; null where not even today is accepted. Asks for
 * single days: twice where the documented six months hold, else by halving, about ten times.
 */
export async function findReach(
  nowMs: number,
  isAccepted: (day: string) => Promise<boolean>,
): Promise<string | null> {
  const today = DateTime.fromMillis(nowMs, { zone: 'utc' }).startOf('day')
  const dayBefore = (days: number) => today.minus({ days }).toFormat('yyyy-MM-dd')
  const daysTo = (months: number) => Math.round(today.diff(today.minus({ months }), 'days').days)
  const accepts = (days: number) => isAccepted(dayBefore(days))

  const documented = daysTo(REPORT_REACH_MONTHS)
  let accepted: number
  let refused: number
  if (await accepts(documented)) {
    if (!(await accepts(documented + 1))) return dayBefore(documented)
    const furthest = daysTo(reachMonths_max)
    if (await accepts(furthest)) return dayBefore(furthest)
    accepted = documented + 1
    refused = furthest
  } else {
    if (!(await accepts(0))) return null
    accepted = 0
    refused = documented
  }
  while (refused - accepted > 1) {
    const middle = Math.floor((accepted + refused) / 2)
    if (await accepts(middle)) accepted = middle
    else refused = middle
  }
  return dayBefore(accepted)
}

/** @param reach the earliest day, null where none is accepted, or why it could not be asked */
export function checkReach(reach: string | null | ZoomError, nowMs: number): Finding {
  if (reach === null) {
    return warning('reach', 'the account history is refused even for today', {
      cost: 'instances are found by the other routes only',
      remedy:
        "Check the clock of this machine and the role of the app's owner, then run rollcall doctor again.",
    })
  }
  if (typeof reach !== 'string') {
    return skipped('reach', `the account history cannot be asked (${reach.meaning})`, {
      remedy: reach.remedy,
    })
  }
  const days = Math.round((nowMs - Date.parse(reach)) / 86_400_000 - 0.5)
  const found = `the account history reaches back to ${reach}, ${days} days`
  const short = DateTime.fromMillis(nowMs, { zone: 'utc' }).minus({ months: REPORT_REACH_MONTHS, days: -2 })
  const more = {
    cost: 'older instances are not listed by the API; what was captured before stays in the warehouse',
    remedy:
      "Sync at least once a month. For older webinars export the attendee reports in Zoom's portal (15 months) and run rollcall import.",
  }
  if (Date.parse(reach) > short.toMillis()) return warning('reach', found, more)
  return ok('reach', found, more)
}

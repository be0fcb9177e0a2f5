import { sql } from 'kysely'
import type { AccountAnswer, AccountTotals, Filter, Period, Step } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'
import { choicesOf } from './choices.ts'
import { completenessOf } from './completeness.ts'
import { filteredInstances, filteredRegistrants } from './filter.ts'
import { stepOf } from './step.ts'
import { webinarLines } from './webinarLines.ts'

/** The account, or what the filter leaves of it. */
export async function accountAnswer(snapshot: Snapshot, filter: Filter): Promise<AccountAnswer> {
  const { step, span } = await stepOf(snapshot, filter)
  const ran = await attendanceByPeriod(snapshot, filter, step)
  const signedUp = await registrationsByPeriod(snapshot, filter, step)
  const { webinars, leftOut } = await webinarLines(snapshot, filter)
  const starts = [...new Set([...ran.periods.keys(), ...signedUp.keys()])].sort((a, b) => a - b)
  const periods = starts.map((start): Period => {
    const { instances = 0, participants = 0, invited = 0, invitedCame = 0 } = ran.periods.get(start) ?? {}
    return {
      start: new Date(start),
      instances,
      participants,
      registrations: signedUp.get(start) ?? 0,
      invited,
      invitedCame,
    }
  })
  return {
    filter,
    step,
    span,
    totals: ran.totals,
    periods,
    webinars,
    webinarsLeftOut: leftOut,
    completeness: await completenessOf(snapshot, filter),
    choices: await choicesOf(snapshot),
  }
}

type Attendance = Pick<Period, 'instances' | 'participants' | 'invited' | 'invitedCame'>

/** What instances add up to; registrants are counted with each webinar once, as its attendance rate does. */
async function attendanceByPeriod(
  snapshot: Snapshot,
  filter: Filter,
  step: Step,
): Promise<{
  periods: Map<number, Attendance>
  totals: AccountTotals
}> {
  const { rows } = await sql<Attendance & { start: Date }>`
    select
      date_trunc(${step}, ran.start_time) as start,
      count(*)::int as instances,
      sum(ran.actual_participant_count)::int as participants,
      -- Nobody knows who came to an instance that could not be read.
      sum(webinars.total_registrants) filter (where ran.capture_status in ('complete', 'empty', 'partial'))::int
        as invited,
      sum(ran.registrants_attended)::int as "invitedCame"
    from ${filteredInstances(filter)} as ran
    join zoom_webinars as webinars on webinars.id = ran.webinar_id
    where ran.start_time is not null
    group by 1
    order by 1
  `.execute(snapshot)
  const totals = await sql<AccountTotals>`
    with ran as (
      select
        webinar_id,
        count(*) as instances,
        sum(actual_participant_count) as participants,
        sum(total_duration) as seconds,
        max(peak_concurrent) as peak
      from ${filteredInstances(filter)} as instances
      group by webinar_id
    )
    select
      count(*)::int as webinars,
      coalesce(sum(ran.instances), 0)::int as instances,
      coalesce(sum(ran.participants), 0)::int as participants,
      coalesce(sum(ran.seconds), 0)::float8 as "presenceSeconds",
      max(ran.peak)::int as peak,
      coalesce(sum(webinars.total_registrants), 0)::int as registrations,
      coalesce(sum(webinars.registrants_attended), 0)::int as "registrationsCame"
    from ran
    join zoom_webinars as webinars on webinars.id = ran.webinar_id
  `.execute(snapshot)
  const [row] = totals.rows
  if (row === undefined) throw new Error('An aggregate without groups always has one row.')
  return { periods: new Map(rows.map(({ start, ...rest }) => [start.getTime(), rest])), totals: row }
}

async function registrationsByPeriod(
  snapshot: Snapshot,
  filter: Filter,
  step: Step,
): Promise<Map<number, number>> {
  const { rows } = await sql<{ start: Date; registrations: number }>`
    select date_trunc(${step}, registered_at) as start, count(*)::int as registrations
    from ${filteredRegistrants(filter)} as registrants
    where registered_at is not null
    group by 1
  `.execute(snapshot)
  return new Map(rows.map(({ start, registrations }) => [start.getTime(), registrations]))
}

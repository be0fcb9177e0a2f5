import { queryRaw } from '../raw/query.ts'

/** SQL of what a listing's subject says: which route, for which days. */
const daysOfSubject = `regexp_extract(subject, '^(.*):([0-9-]{10})[.]{2}([0-9-]{10})$', ['route', 'first', 'last'])`

/**
 * The first day (start, UTC) of a listing of instances that failed and that no later reading of the same route has
 * made good, or null. A daily sync looks back a few days only; without this, what a month's listing would have shown
 * on the day its server was down would not be looked for again.
 * @param reach the first day Zoom's lists still have; what lies before it is owed by nobody
 */
export async function firstOwedDay(dataDir: string, accountId: string, reach: Date): Promise<Date | null> {
  const rows = await queryRaw<{ first_day: string | null }>(
    dataDir,
    `with failed as (
         select source_endpoint, ${daysOfSubject} as days, finished_at
         from raw.captures
         where account_id = $account and stream = 'instances' and status = 'failed'
     ),
     -- Where nothing failed, none of them is looked at.
     answered as (
         select source_endpoint, ${daysOfSubject} as days, finished_at
         from raw.captures
         where account_id = $account and stream = 'instances' and status in ('complete', 'empty', 'denied')
             and source_endpoint in (select failed.source_endpoint from failed)
     )
     select min(failed.days.first) as first_day
     from failed
     where failed.days.last >= $reach
         and not exists (
             select 1
             from answered as later
             where later.source_endpoint = failed.source_endpoint
                 and later.days.route = failed.days.route
                 and later.finished_at > failed.finished_at
                 and later.days.first <= greatest(failed.days.first, $reach) and later.days.last >= failed.days.last
         )`,
    { account: accountId, reach: reach.toISOString().slice(0, 10) },
  )
  const day = rows[0]?.first_day
  return day ? new Date(`${day}T00:00:00Z`) : null
}

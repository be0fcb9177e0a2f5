import { queryRaw } from '../raw/query.ts'
import type { Endpoint } from '../zoom/endpoint.ts'

export interface AskedWebinarsOptions {
  dataDir: string
  accountId: string
  run: { id: string }
  now: Date
  /** Webinar ids the user names. */
  webinarIds: readonly number[]
  settleDays: number
  /** Sources that a scope granted since the last run has opened. */
  opened: readonly Endpoint[]
  /** Asks about all that are known. */
  isPatienceOver: boolean
}

/** A webinar's id expires so long after its last use; nothing of it is new from then on. Source: Zoom's support pages. */
const ID_KEPT_DAYS = 30
const DAY_MS = 86_400_000

/**
 * The webinars that are asked one by one for their details and past instances: those the user names; else of all that any
 * route or earlier run saw
 *
 *   listed     a list of this run has them
 *   unread     the last readings failed or were refused, or there are none
 *   unsettled  both readings were not made after their id had expired, counted from when they last ran or are to run, or
 *              that is not known; and Zoom did not say that they are gone. Where the lists of this run are whole, what is new
 *              is in them: then these readings move apart, to when twice as long has passed
 *
 * Without this rule a day would ask twice about every webinar there ever was.
 * @param isWhole whether the account's lists of instances came whole
 */
export async function askedWebinars(options: AskedWebinarsOptions, isWhole: boolean): Promise<number[]> {
  const { webinarIds, opened } = options
  if (webinarIds.length > 0) return [...new Set(webinarIds)]
  const isOpened = opened.some(({ stream, source }) =>
    ['webinars|webinars', 'instances|past_webinars'].includes(`${stream}|${source}`),
  )
  const rows = await queryRaw<{ webinar_id: number }>(
    options.dataDir,
    `with seen as (
         select
             webinar_id,
             epoch_ms(coalesce(end_time, start_time)) as last_ms,
             run_id = $run and source_endpoint <> 'past_webinars' as is_listed
         from raw.instances
         where account_id = $account and webinar_id is not null
         union all
         select
             webinar_id,
             epoch_ms(start_time + to_minutes(coalesce(duration_minutes, 0))),
             run_id = $run and source_endpoint = 'users'
         from raw.webinars
         where account_id = $account and webinar_id is not null
         union all
         select
             webinar_id,
             unnest([
                 epoch_ms(try_cast(occurrence.start_time as timestamptz))
                     + coalesce(occurrence.duration, 0) * 60000
                 for occurrence in from_json(occurrences, '[{"start_time": "varchar", "duration": "integer"}]')
             ]),
             false
         from raw.webinars
         where account_id = $account and webinar_id is not null and json_valid(occurrences)
     ),
     webinars as (
         select webinar_id, max(last_ms) as last_ms, bool_or(is_listed) as is_listed
         from seen
         group by webinar_id
     ),
     readings as (
         select
             webinar_id,
             stream,
             max(epoch_ms(finished_at)) as read_ms,
             arg_max(status, finished_at) as status
         from raw.captures
         -- The streams once more, by which what was gathered is passed over where it has none of them.
         where account_id = $account and stream in ('instances', 'webinars')
             and (
                 (stream = 'webinars' and source_endpoint = 'webinars')
                 or (stream = 'instances' and source_endpoint = 'past_webinars')
             )
         group by webinar_id, stream
     ),
     -- Both of them, or there is no row.
     answered as (
         select webinar_id, min(read_ms) as read_ms, bool_and(status = 'expired') as is_gone
         from readings
         group by webinar_id
         having count(*) = 2 and not bool_or(status in ('failed', 'denied'))
     )
     select webinars.webinar_id
     from webinars
     left join answered on answered.webinar_id = webinars.webinar_id
     where $is_all or webinars.is_listed
         or answered.webinar_id is null
         or (
             not answered.is_gone
             and coalesce(
                 answered.read_ms < webinars.last_ms + $kept_ms
                 and (
                     not $is_whole
                     or webinars.last_ms + least($kept_ms, 2 * (answered.read_ms - webinars.last_ms)) <= $now
                 ),
                 true
             )
         )
     order by webinars.webinar_id`,
    {
      account: options.accountId,
      run: options.run.id,
      is_all: options.isPatienceOver || isOpened,
      is_whole: isWhole,
      now: options.now.getTime(),
      kept_ms: (ID_KEPT_DAYS + options.settleDays) * DAY_MS,
    },
  )
  return rows.map((row) => row.webinar_id)
}

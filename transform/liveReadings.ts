import type { Engine } from './engine.ts'
import { isAccountWide, isRepeatedList, isUnassigned, unitsAs } from './units.ts'

/*
 * Every day reads account-wide lists, and after years there are ten thousands of readings of which nearly all say
 * nothing to a build: these are left out of it. Lists of users and of webinars are asked for in the same words each time,
 * lists of instances for other days.
 */

const builds = 'rollcall.builds'

/**
 * The temporary tables `account_captures`: the readings of account-wide lists, `row` their rowid in the record; and
 * `live_readings` (row): of those of lists of users and of webinars, what `staging.captures_confirmed` hangs on. Most
 * came out as the one before them:
 *
 *   kept        said something new
 *   confirming  the last that came out as a kept one
 *   new         read since the last build
 *
 * All of lists that no rule here knows, and all of them where a new reading is not later than those before: it may stand
 * between two that came out alike.
 * Before: `new_captures`.
 */
export async function findLiveReadings(engine: Engine): Promise<void> {
  await engine.run(
    `create temp table account_captures as
     select
         rowid as row, capture_id, account_id, stream, subject, source_endpoint, run_id, finished_at,
         capture_id in (select new_captures.capture_id from new_captures) as is_new
     from ${builds}.captures
     where ${isAccountWide}`,
  )
  await engine.run(
    `create temp table live_readings as
     with
     lists as (
         select * from account_captures where stream in ('users', 'webinars')
     ),
     kept as (
         select imported_account_id as account_id, stream, subject, source_endpoint, capture_id, confirmed_at, confirmed_run_id
         from rollcall.staging.captures
         where ${isRepeatedList}
     ),
     late as (
         select 1
         from lists
         where not is_new and finished_at >= (select min(finished_at) from lists where is_new)
     )
     select lists.row
     from lists
     inner join kept
         on kept.account_id = lists.account_id and kept.stream = lists.stream and kept.subject = lists.subject
         and kept.source_endpoint is not distinct from lists.source_endpoint
     where lists.capture_id = kept.capture_id or lists.finished_at = kept.confirmed_at
         or lists.run_id = kept.confirmed_run_id
     union
     select row from lists where is_new or exists (select 1 from late)
     union
     select row from account_captures where stream not in ('users', 'webinars', 'instances')`,
  )
}

/** Zoom lists six months, see `listings_covered`; so long after, nobody asks what a list was about. */
const livingMonths = 7

/**
 * The temporary table `live_lists` (subject): lists of instances that still say something. Of what they said long ago
 * only the rows about touched webinars matter:
 *
 *   new      read since the last build
 *   young    of days that Zoom may list
 *   refused  the audit shows them
 *   holding  have a row about a touched webinar
 *
 * All others are what they were. Before: `touched_units`, `account_captures`.
 */
export async function findLiveLists(engine: Engine): Promise<void> {
  await engine.run(
    `create temp table live_lists as
     with
     lists as (
         select * from account_captures where stream = 'instances'
     ),
     read_until as (
         select max(finished_at) as read_until from ${builds}.captures
     )
     select lists.subject
     from lists
     cross join read_until
     where lists.is_new
         or coalesce(
             try_cast(right(lists.subject, 10) as date) >= read_until.read_until - interval ${livingMonths} months,
             true
         )
     union
     select subject from rollcall.marts.zoom_capture_audit where webinar_id is null and instance_id is null
     union
     select subject
     from lists
     where capture_id in (
         select held.capture_id
         from ${builds}.instances as held
         where coalesce(held.webinar_id, 0) in (select unit from touched_units where unit <> -1)
     )`,
  )
}

/** A SELECT of the recorded captures about the `touched_units`, with the account-wide lists that are live. */
export async function liveCaptures(engine: Engine): Promise<string> {
  const [unassigned] = await engine.rows(`select 1 where ${isUnassigned}`)
  // Else looked for in all rows.
  const isToo = unassigned === undefined ? '' : ' or (webinar_id is null and instance_uuid is not null)'
  return `
     select * from ${builds}.captures where webinar_id in (${unitsAs('webinar_id')})${isToo}
     union all
     select captures.*
     from ${builds}.captures as captures
     inner join (
         select row from live_readings
         union all
         select row from account_captures where stream = 'instances' and subject in (from live_lists)
     ) as live on live.row = captures.rowid`
}

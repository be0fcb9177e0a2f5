import type { Engine } from './engine.ts'
import { isListOfInstances } from './units.ts'

/** Zoom lists six months, see `listings_covered`; so long after, nobody asks what a list was about. */
const livingMonths = 7

/**
 * The temporary table `live_lists` (subject): account-wide lists of instances that still say something. Every day brings
 * new ones, for days of its own, and of what they said long ago only the rows about touched webinars matter:
 *
 *   new      read since the last build
 *   young    of days that Zoom may list
 *   refused  the audit shows them
 *   holding  have a row about a touched webinar
 *
 * All others are what they were. Before: `touched_units`, `new_captures`.
 */
export async function findLiveLists(engine: Engine): Promise<void> {
  await engine.run(
    `create temp table live_lists as
     with
     lists as (
         select capture_id, subject
         from rollcall.builds.captures
         where ${isListOfInstances}
     ),
     read_until as (
         select max(finished_at) as read_until from rollcall.builds.captures
     )
     select lists.subject
     from lists
     cross join read_until
     where coalesce(
         try_cast(right(lists.subject, 10) as date) >= read_until.read_until - interval ${livingMonths} months,
         true
     )
     union
     select subject from lists where capture_id in (select new_captures.capture_id from new_captures)
     union
     select subject from rollcall.marts.zoom_capture_audit where webinar_id is null and instance_id is null
     union
     select subject
     from lists
     where capture_id in (
         select held.capture_id
         from rollcall.builds.instances as held
         where coalesce(held.webinar_id, 0) in (select unit from touched_units where unit <> -1)
     )`,
  )
}

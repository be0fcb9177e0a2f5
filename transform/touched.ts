import { Doubt } from './doubt.ts'
import type { Engine } from './engine.ts'
import type { Model } from './models.ts'
import { touchListed, touchRows, touchUsers } from './touchedByLists.ts'
import { isAccountWide, isRepeatedList, unitOfCapture } from './units.ts'

/*
 * Which webinars have to be built again. The unit of a build is the webinar, all accounts and instances of it: its
 * rows depend on nothing but its own captures, on what account-wide lists say about it, and on persons (see
 * persons.ts). Unit 0 is what has an instance but no webinar, unit -1 what belongs to neither: account-wide lists.
 *
 *   new captures ──less those that confirm──▶ news ──of a subject──────────▶ its webinar
 *                                               ├──lists of instances──────▶ webinars of rows that changed
 *                                               ├──lists of webinars───────▶ webinars that changed, came or went
 *                                               └──lists of users──────────▶ webinars they host or are panelists of
 *   time that passed ──────────────────────────────────────────────────────▶ webinars no longer scheduled
 *   all of these ──that share an instance or a capture with others─────────▶ the others too
 *
 * Where a rule is uncertain it takes more; where that is not possible it throws a `Doubt`.
 */

const builds = 'rollcall.builds'

/**
 * Fills the temporary tables `touched_units` (unit) and `confirmed_captures` (capture_id, confirmed_at,
 * confirmed_run_id): captures that are best known as they were, but were confirmed since.
 * Before: temporary tables `new_captures`, already recorded in `builds`, and those of liveReadings.ts;
 * schema `scratch.raw` is empty.
 * @param confirming the model staging.captures_confirmed
 * @throws Doubt
 */
export async function findTouched(engine: Engine, confirming: Model): Promise<void> {
  await engine.run('create temp table touched_units (unit bigint)')
  await findNews(engine, confirming)
  await engine.run(
    `insert into touched_units
     select ${unitOfCapture} from ${builds}.captures where capture_id in (select news.capture_id from news)`,
  )
  await refuseUnknownLists(engine)
  await touchRows(engine, 'instances', 'coalesce(zoom_uuid, instance_uuid)')
  await touchRows(engine, 'webinars', 'webinar_id')
  await touchListed(engine)
  await touchUsers(engine)
  await engine.run(
    `insert into touched_units
     select described.zoom_webinar_id
     from rollcall.intermediate.webinars_described as described
     cross join rollcall.staging.reading_times as before
     where described.scheduled_until > before.read_until
         and described.scheduled_until <= (select max(finished_at) from ${builds}.captures)`,
  )
  await engine.run(
    `create or replace temp table touched_units as
     select distinct unit from touched_units where unit is not null union select -1`,
  )
  await closeUnits(engine)
  const [local] = await engine.rows(
    `select 1 from ${builds}.captures
     where account_id = 'local' and ${unitOfCapture} in (select unit from touched_units where unit <> -1)
     limit 1`,
  )
  if (local !== undefined)
    throw new Doubt('reports imported without an account may belong to another one now')
}

/** `news` (capture_id): new captures that say something new, and old ones that are seen otherwise because of them. */
async function findNews(engine: Engine, confirming: Model): Promise<void> {
  await engine.run(
    `create or replace table scratch.raw.captures as
     with
     asked as (
         select account_id, stream, subject, source_endpoint from new_captures where not ${isRepeatedList}
     ),
     -- A subject is about one instance, or one webinar, or neither.
     alike as (
         select * from ${builds}.captures
         where instance_uuid in (select new_captures.instance_uuid from new_captures)
         union all
         select * from ${builds}.captures
         where instance_uuid is null
             and webinar_id in (select new_captures.webinar_id from new_captures where new_captures.instance_uuid is null)
         union all
         select captures.*
         from ${builds}.captures as captures
         inner join (
             select row from account_captures semi join asked using (subject) where stream = 'instances'
         ) as same on same.row = captures.rowid
     )
     select alike.*
     from alike
     semi join asked
         on asked.account_id = alike.account_id and asked.stream = alike.stream
         and asked.subject = alike.subject
         and asked.source_endpoint is not distinct from alike.source_endpoint
     union all
     select captures.*
     from ${builds}.captures as captures
     inner join live_readings as live on live.row = captures.rowid`,
  )
  await engine.run(`create temp table said_now as ${confirming.sql}`)
  await engine.run(
    `create temp table said_before as
     select capture_id, confirmed_at
     from rollcall.staging.captures
     where capture_id in (select captures.capture_id from scratch.raw.captures)`,
  )
  await engine.run(
    `create temp table news as
     select capture_id from said_now where capture_id not in (select said_before.capture_id from said_before)
     union
     select capture_id from said_before where capture_id not in (select said_now.capture_id from said_now)`,
  )
  await engine.run(
    `create temp table confirmed_captures as
     select said_now.capture_id, said_now.confirmed_at, said_now.confirmed_run_id
     from said_now
     inner join said_before using (capture_id)
     where said_now.confirmed_at <> said_before.confirmed_at`,
  )
}

/** Account-wide lists that no rule here knows. */
async function refuseUnknownLists(engine: Engine): Promise<void> {
  const [unknown] = await engine.rows(
    `select stream from ${builds}.captures
     where capture_id in (select news.capture_id from news)
         and ${isAccountWide}
         and stream not in ('users', 'webinars', 'instances')
     limit 1`,
  )
  if (unknown !== undefined) throw new Doubt(`a list of ${String(unknown.stream)} is about no webinar`)
}

/**
 * Adds what cannot be built apart from what is touched: units that share an instance, and units of captures that hold
 * rows about a touched one. After it no row of a touched unit needs a capture of another.
 */
export async function closeUnits(engine: Engine): Promise<void> {
  for (;;) {
    // Not materialized, or texts of all rows would be copied to look for a few.
    const [{ added } = {}] = await engine.rows(
      `with
       rows as not materialized (
           select coalesce(webinar_id, 0) as unit, coalesce(zoom_uuid, instance_uuid) as uuid, capture_id
           from ${builds}.instances
       ),
       held as (
           select unit, uuid, capture_id from rows
           union all
           select coalesce(webinar_id, 0), null, capture_id from ${builds}.webinars
       ),
       captures as not materialized (
           select capture_id, ${unitOfCapture} as unit, instance_uuid as uuid from ${builds}.captures
       ),
       members as not materialized (
           select unit, uuid from rows
           union all
           select unit, uuid from captures
       ),
       uuids as (
           select uuid from members where unit in (select unit from touched_units where unit <> -1)
       ),
       holders as (
           select capture_id from held where unit in (select unit from touched_units where unit <> -1)
       ),
       found as (
           select unit from members where uuid in (select uuids.uuid from uuids where uuids.uuid is not null)
           union
           select unit from captures where capture_id in (select holders.capture_id from holders)
       )
       select list(unit) as added
       from found
       where unit not in (select touched_units.unit from touched_units)`,
    )
    const units = (added as string[] | null | undefined) ?? []
    if (units.length === 0) return
    await engine.run(`insert into touched_units values ${units.map((unit) => `(${unit})`).join(', ')}`)
  }
}

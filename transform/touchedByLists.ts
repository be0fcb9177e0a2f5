import { columnsOf } from '../extract/raw/columns.ts'
import type { DataStream } from '../extract/streams.ts'
import type { Engine } from './engine.ts'
import { rowsWhere } from './pruned.ts'

/*
 * What account-wide lists touch: most of a list is what the list before it said, and only what differs counts.
 * Before: temporary tables `news` and `new_captures` of touched.ts. Each adds to `touched_units`.
 */

const builds = 'rollcall.builds'

const provenance = new Set([
  'account_id',
  'subject',
  'source_endpoint',
  'run_id',
  'capture_id',
  'page_number',
  'row_number',
  'fetched_at',
  'raw',
])

/** What a row says, as one value to compare; not where it came from. */
function contentOf(stream: DataStream, rows?: string): string {
  const columns = Object.keys(columnsOf(stream)).filter((name) => !provenance.has(name))
  const of = rows === undefined ? '' : `${rows}.`
  return `{${columns.map((name) => `'${name}': ${of}"${name}"`).join(', ')}}`
}

/** Webinars of listed rows that differ from the last row of the same route about the same thing. */
export async function touchRows(
  engine: Engine,
  stream: 'instances' | 'webinars',
  key: string,
): Promise<void> {
  await engine.run(
    `insert into touched_units
     with
     listed as (
         select account_id, ${key} as thing, source_endpoint, coalesce(webinar_id, 0) as unit,
             ${contentOf(stream)} as content
         from (${rowsWhere(`${builds}.${stream}`, 'capture_id', 'news')})
     ),
     rows as (
         select *, ${key} as thing from ${builds}.${stream}
     ),
     alike as (
         select rows.*
         from rows
         semi join listed
             on listed.account_id = rows.account_id and listed.thing = rows.thing
             and listed.source_endpoint = rows.source_endpoint
     ),
     before as (
         select alike.*, ${contentOf(stream, 'alike')} as content, captures.finished_at
         from alike
         inner join ${builds}.captures as captures on captures.capture_id = alike.capture_id
         anti join new_captures on new_captures.capture_id = alike.capture_id
     ),
     latest as (
         select *
         from before
         qualify row_number() over (
             partition by account_id, thing, source_endpoint
             order by finished_at desc, capture_id desc, page_number, row_number
         ) = 1
     )
     select listed.unit
     from listed
     left join latest
         on latest.account_id = listed.account_id and latest.thing = listed.thing
         and latest.source_endpoint = listed.source_endpoint
     where listed.content is distinct from latest.content`,
  )
}

/** Webinars that a list of webinars has and the best one before it had not, or the other way round. */
export async function touchListed(engine: Engine): Promise<void> {
  await engine.run(
    `insert into touched_units
     with
     lists as (
         select capture_id, account_id, subject
         from ${builds}.captures
         where stream = 'webinars' and status in ('complete', 'empty', 'partial')
             and capture_id in (select news.capture_id from news)
     ),
     now as (
         select lists.account_id, lists.subject, rows.webinar_id
         from lists
         inner join ${builds}.webinars as rows using (capture_id)
     ),
     before as (
         select best.account_id, best.subject, rows.webinar_id
         from rollcall.staging.captures as best
         semi join lists on lists.account_id = best.account_id and lists.subject = best.subject
         inner join ${builds}.webinars as rows on rows.capture_id = best.capture_id
         where best.stream = 'webinars' and best.is_best
     )
     select webinar_id
     from (
         (select * from now except select * from before)
         union all
         (select * from before except select * from now)
     )`,
  )
}

/** Webinars that users who changed host or are panelists of. */
export async function touchUsers(engine: Engine): Promise<void> {
  await engine.run(
    `create temp table changed_users as
     with
     lists as (
         select capture_id, account_id, subject
         from ${builds}.captures
         where stream = 'users' and capture_id in (select news.capture_id from news)
     ),
     rows as (
         select capture_id, account_id, user_id, email, ${contentOf('users')} as content from ${builds}.users
     ),
     now as (
         select rows.* exclude (capture_id)
         from rows
         semi join lists using (capture_id)
     ),
     before as (
         select rows.* exclude (capture_id)
         from rows
         semi join (
             select best.capture_id
             from rollcall.staging.captures as best
             semi join lists on lists.account_id = best.account_id and lists.subject = best.subject
             where best.stream = 'users' and best.is_best
         ) as bests using (capture_id)
     )
     select user_id, lower(trim(email)) as email
     from (
         (select * from now except select * from before)
         union all
         (select * from before except select * from now)
     )`,
  )
  await engine.run(
    `insert into touched_units
     select coalesce(webinar_id, 0) from rollcall.staging.panelists
     where email in (select changed_users.email from changed_users)
     union
     select coalesce(webinar_id, 0) from ${builds}.instances
     where host_id in (select changed_users.user_id from changed_users)
         or lower(trim(host_email)) in (select changed_users.email from changed_users)
     union
     select coalesce(webinar_id, 0) from rollcall.staging.report_details
     where host_email in (select changed_users.email from changed_users)
     union
     select webinar_id from ${builds}.webinars
     where host_id in (select changed_users.user_id from changed_users)
         or lower(trim(host_email)) in (select changed_users.email from changed_users)`,
  )
}

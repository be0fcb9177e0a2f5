import type { KnownWebinar } from './knownWebinars.ts'
import type { PlanOptions } from './planOptions.ts'
import type { RawQuery } from './raw/query.ts'
import type { DataStream } from './streams.ts'

interface OpenInstance {
  uuid: string
  webinarId: number
  start: string
  end: string | null
  hint: number | null
}

/** Streams read once for every instance, beside its absentees. */
export const INSTANCE_STREAMS = [
  'participants',
  'report_details',
  'polls',
  'questions',
  'surveys',
] as const satisfies DataStream[]

/**
 * Instances that have ended, united by uuid over all routes, newest first, so that a stopped run has the newest; without
 * those of which everything is plainly settled. Of a long history that is nearly all, and asking `needOf` about each of
 * their streams was most of a plan. Plainly settled is what `needOf` would say is: every reading of it was good and
 * one was late enough, or all were equal and far enough apart; or Zoom no longer had it.
 *
 * Before: `findSeenInstances`. Leaves the temporary table `open_instances` (uuid, …) for `settledSubjects`.
 */
export async function openInstances(
  options: PlanOptions,
  webinars: readonly KnownWebinar[],
  query: RawQuery,
): Promise<{ known: number; open: OpenInstance[] }> {
  const withoutRegistration = webinars
    .filter(({ hasRegistration }) => hasRegistration === false)
    .map(({ webinarId }) => webinarId)
  await query(
    `create or replace temp table known_instances as
     select
         row_number() over ()::int as instance_number,
         uuid,
         max(webinar_id) as webinar_id,
         min(start_ms) as start_ms,
         max(end_ms) as end_ms,
         max(hint) as hint
     from seen_instances
     where uuid is not null and webinar_id is not null and start_ms is not null
     group by uuid
     having min(start_ms) between $since and $until
         and ($webinars is null or max(webinar_id) in (select unnest(from_json($webinars, '["bigint"]'))))`,
    {
      since: options.since?.getTime() ?? Number.MIN_SAFE_INTEGER,
      until: Math.min(options.now.getTime(), options.until?.getTime() ?? Number.MAX_SAFE_INTEGER),
      webinars: options.webinarIds.length === 0 ? null : JSON.stringify(options.webinarIds),
    },
  )
  const streamNumbers = [...INSTANCE_STREAMS, 'absentees']
    .map((stream, number) => `('${stream}', ${number}::utinyint)`)
    .join(', ')
  await query(
    `create or replace temp table open_instances as
     with
     instances as (
         select *, concat('instance:', uuid) as subject, coalesce(end_ms, start_ms) as over_ms
         from known_instances
     ),
     captured as not materialized (
         select
             instances.instance_number,
             instances.webinar_id,
             instances.over_ms,
             streams.stream_number,
             captures.status,
             captures.captured_rows,
             captures.rows_checksum,
             epoch_ms(captures.finished_at) as finished_ms
         from raw.captures as captures
         inner join instances on instances.subject = captures.subject
         inner join (values ${streamNumbers}) as streams (stream, stream_number)
             on streams.stream = captures.stream
         where captures.account_id = $account and captures.run_id <> $run
             and captures.instance_uuid is not null
     ),
     -- Grouped by numbers, and without comparing what most need not have compared: there are six readings an instance.
     readings as (
         select
             instance_number,
             stream_number,
             any_value(webinar_id) as webinar_id,
             bool_and(status = 'expired')
                 or (
                     bool_and(status in ('complete', 'empty'))
                     and max(finished_ms) >= any_value(over_ms) + $settle_ms
                 ) as is_settled
         from captured
         group by instance_number, stream_number
     ),
     confirmed as (
         select captured.instance_number, captured.stream_number
         from captured
         inner join readings using (instance_number, stream_number)
         where not readings.is_settled
         group by captured.instance_number, captured.stream_number
         having bool_and(status in ('complete', 'empty')) and min(status) = max(status)
             and count(captured_rows) = count(*) and min(captured_rows) = max(captured_rows)
             and count(rows_checksum) = count(*) and min(rows_checksum) = max(rows_checksum)
             and min(finished_ms) >= any_value(over_ms)
             and min(finished_ms) <= max(finished_ms) - $confirm_ms
     ),
     judged as (
         select
             readings.instance_number,
             readings.webinar_id,
             readings.stream_number = ${INSTANCE_STREAMS.length} as is_absentees,
             readings.is_settled or confirmed.instance_number is not null as is_settled
         from readings
         left join confirmed using (instance_number, stream_number)
     ),
     settled as (
         select instance_number
         from judged
         group by instance_number
         having count(*) filter (is_settled and not is_absentees) = ${INSTANCE_STREAMS.length}
             and coalesce(
                 bool_and(is_settled) filter (is_absentees),
                 max(webinar_id) in (select unnest(from_json($without_registration, '["bigint"]')))
             )
     )
     select * from known_instances
     -- A scope that was granted may open a better source also of what is settled.
     where $is_opened or instance_number not in (select settled.instance_number from settled)`,
    {
      account: options.accountId,
      run: options.run.id,
      settle_ms: options.settleDays * 86_400_000,
      confirm_ms: options.confirmMinutes * 60_000,
      without_registration: JSON.stringify(withoutRegistration),
      is_opened: options.opened.length > 0,
    },
  )
  const [count] = await query<{ known: number }>('select count(*) as known from known_instances')
  const rows = await query<{
    uuid: string
    webinar_id: number
    start_ms: number
    end_ms: number | null
    hint: number | null
  }>('select uuid, webinar_id, start_ms, end_ms, hint from open_instances order by start_ms desc, uuid')
  return {
    known: count?.known ?? 0,
    open: rows.map((row) => ({
      uuid: row.uuid,
      webinarId: row.webinar_id,
      start: new Date(row.start_ms).toISOString(),
      end: row.end_ms === null ? null : new Date(row.end_ms).toISOString(),
      hint: row.hint,
    })),
  }
}

import type { KnownWebinar } from './knownWebinars.ts'
import type { PlanOptions } from './planOptions.ts'
import type { RawQuery } from './raw/query.ts'
import type { Readings } from './settling.ts'
import type { Source } from './streams.ts'

/** Streams whose listings tell what there is; which of them are made, discovery says. */
const lists = `'users', 'webinars', 'instances'`

/**
 * What this very run read settles nothing: it may have been killed between two sources of one reading, or before what
 * follows from a reading, and is to go on there. It asks for nothing it has.
 */
const isOfOthers = `(run_id <> $run or (instance_uuid is null and epoch_ms(finished_at) < $fresh_since))`

/**
 * What the readings of other runs say, by `stream|subject`: of the instances in the temporary table `open_instances`, and
 * of all listings about webinars. `settled` where everything plainly is, as in `openInstances`: every reading of it was
 * good, and one was made late enough. Of a long history that is nearly all.
 */
export async function settledSubjects(
  options: PlanOptions,
  webinars: readonly KnownWebinar[],
  query: RawQuery,
): Promise<Map<string, Readings | 'settled'>> {
  const ends = webinars.filter(({ lastEndMs }) => lastEndMs !== null)
  await query(
    `create or replace temp table listings as
     with ends as (
         select unnest(from_json($ends, '[{"webinarId": "bigint", "lastEndMs": "bigint"}]'), recursive := true)
     )
     select
         captures.stream,
         captures.subject,
         not $is_opened and bool_and(captures.status in ('complete', 'empty'))
             and max(epoch_ms(captures.finished_at)) >= max(ends.lastEndMs) + $settle_ms as is_settled
     from raw.captures as captures
     left join ends on ends.webinarId = captures.webinar_id
     where captures.account_id = $account and captures.instance_uuid is null
         and captures.stream not in (${lists}) and ${isOfOthers}
     group by captures.stream, captures.subject`,
    {
      account: options.accountId,
      run: options.run.id,
      fresh_since: options.run.freshSinceMs,
      is_opened: options.opened.length > 0,
      settle_ms: options.settleDays * 86_400_000,
      ends: JSON.stringify(ends.map(({ webinarId, lastEndMs }) => ({ webinarId, lastEndMs }))),
    },
  )
  const settled = await query<{ key: string }>(
    `select concat(stream, '|', subject) as key from listings where is_settled`,
  )
  const rows = await query<{
    stream: string
    subject: string
    last_status: string
    is_owed: boolean
    answered: string | null
    failures: number | null
    failed_at_ms: number | null
    confirmed_at_ms: number | null
    good_at_ms: number | null
  }>(
    `with captures as (
         select
             run_id, stream, subject, source_endpoint, status, error_code, captured_rows, rows_checksum, finished_at,
             case source_endpoint when 'report' then 1 when 'past_webinars' then 2 when 'metrics' then 3 else 0 end
                 as source_order,
             first_value(capture_id) over (
                 partition by stream, subject order by finished_at desc, capture_id desc
             ) = capture_id as is_last,
             first_value(capture_id) over (
                 partition by stream, subject, source_endpoint order by finished_at desc, capture_id desc
             ) = capture_id as is_last_of_source,
             max(finished_at) filter (status <> 'failed') over (
                 partition by stream, subject, source_endpoint
             ) as answered_at
         from raw.captures
         -- Of a long history nearly all are settled, and the texts of the others alone are read.
         where account_id = $account and stream not in (${lists})
             and subject in (
                 select listings.subject from listings where listings.is_settled is not true
                 union
                 select concat('instance:', open_instances.uuid) from open_instances
             )
             and (stream, subject) not in (
                 select (settled.stream, settled.subject) from listings as settled where settled.is_settled
             )
             and ${isOfOthers}
     ),
     owed as (
         -- A source that does not know the instance (3001, 1001) has answered.
         select
             stream,
             subject,
             min(source_order) filter (
                 is_last_of_source and status = 'failed' and coalesce(error_code, 0) not in (3001, 1001)
             ) < min(source_order) filter (status in ('complete', 'empty', 'partial', 'expired')) as is_owed
         from captures
         group by stream, subject
     ),
     equals as (
         select
             last.stream,
             last.subject,
             last.status as last_status,
             max(earlier.finished_at) filter (
                 last.status in ('complete', 'empty', 'partial')
                 and earlier.finished_at <= last.finished_at - to_minutes($confirm_minutes)
             ) as confirmed_at
         from captures as last
         left join captures as earlier
             on earlier.stream = last.stream and earlier.subject = last.subject
             and earlier.status = last.status and earlier.captured_rows = last.captured_rows
             and earlier.rows_checksum = last.rows_checksum
         where last.is_last
         group by last.stream, last.subject, last.status
     ),
     goods as (
         select
             stream,
             subject,
             max(finished_at) filter (status in ('complete', 'empty')) as good_at,
             string_agg(distinct source_endpoint, ',') as answered
         from captures
         where status in ('complete', 'empty', 'partial')
         group by stream, subject
     ),
     failing_sources as (
         select stream, subject, count(distinct run_id) as failures, max(finished_at) as failed_at
         from captures
         where status = 'failed' and (answered_at is null or finished_at > answered_at)
         group by stream, subject, source_endpoint
     ),
     failing as (
         select stream, subject, max(failures) as failures, max(failed_at) as failed_at
         from failing_sources
         group by stream, subject
     )
     select
         equals.stream,
         equals.subject,
         equals.last_status,
         coalesce(owed.is_owed, false) as is_owed,
         goods.answered,
         failing.failures,
         epoch_ms(failing.failed_at) as failed_at_ms,
         epoch_ms(equals.confirmed_at) as confirmed_at_ms,
         epoch_ms(goods.good_at) as good_at_ms
     from equals
     left join goods using (stream, subject)
     left join owed using (stream, subject)
     left join failing using (stream, subject)`,
    {
      account: options.accountId,
      run: options.run.id,
      fresh_since: options.run.freshSinceMs,
      confirm_minutes: options.confirmMinutes,
    },
  )
  const readings = rows.map((row): [string, Readings] => [
    `${row.stream}|${row.subject}`,
    {
      lastStatus: row.last_status,
      isOwed: row.is_owed,
      answered: (row.answered?.split(',') ?? []) as Source[],
      failures: row.failures ?? 0,
      failedAtMs: row.failed_at_ms,
      confirmedAtMs: row.confirmed_at_ms,
      goodAtMs: row.good_at_ms,
    },
  ])
  return new Map<string, Readings | 'settled'>([
    ...settled.map(({ key }): [string, 'settled'] => [key, 'settled']),
    ...readings,
  ])
}

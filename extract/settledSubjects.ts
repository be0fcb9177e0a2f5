import type { PlanOptions } from './planOptions.ts'
import { queryRaw } from './raw/query.ts'

interface Settled {
  /** The last reading of a better source than those that answered failed, so that what there is may be poorer. */
  isOwed: boolean
  /** Zoom no longer keeps it. */
  isExpired: boolean
  /** When the older of two equal captures far enough apart was made. It settles only what had ended by then. */
  confirmedAtMs: number | null
  /** When the last complete or empty capture was made. */
  goodAtMs: number | null
}

export async function settledSubjects(options: PlanOptions): Promise<Map<string, Settled>> {
  const rows = await queryRaw<{
    stream: string
    subject: string
    is_expired: boolean
    is_owed: boolean
    confirmed_at_ms: number | null
    good_at_ms: number | null
  }>(
    options.dataDir,
    `with captures as (
         select
             stream, subject, status, error_code, captured_rows, rows_checksum, finished_at,
             case source_endpoint when 'report' then 1 when 'past_webinars' then 2 when 'metrics' then 3 else 0 end
                 as source_order,
             first_value(capture_id) over (
                 partition by stream, subject order by finished_at desc, capture_id desc
             ) = capture_id as is_last,
             first_value(capture_id) over (
                 partition by stream, subject, source_endpoint order by finished_at desc, capture_id desc
             ) = capture_id as is_last_of_source
         from raw.captures
         where account_id = $account
             -- What this very run read settles nothing: it may have been killed between two sources of one reading,
             -- or before what follows from a reading, and is to go on there. It asks for nothing it has.
             and (
                 run_id <> $run
                 or (instance_uuid is null and epoch_ms(finished_at) < $fresh_since)
             )
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
             last.status = 'expired' as is_expired,
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
         select stream, subject, max(finished_at) as good_at
         from captures
         where status in ('complete', 'empty')
         group by stream, subject
     )
     select
         equals.stream,
         equals.subject,
         equals.is_expired,
         coalesce(owed.is_owed, false) as is_owed,
         epoch_ms(equals.confirmed_at) as confirmed_at_ms,
         epoch_ms(goods.good_at) as good_at_ms
     from equals
     left join goods using (stream, subject)
     left join owed using (stream, subject)`,
    {
      account: options.accountId,
      run: options.run.id,
      fresh_since: options.run.freshSinceMs,
      confirm_minutes: options.confirmMinutes,
    },
  )
  return new Map(
    rows.map((row) => [
      `${row.stream}|${row.subject}`,
      {
        isOwed: row.is_owed,
        isExpired: row.is_expired,
        confirmedAtMs: row.confirmed_at_ms,
        goodAtMs: row.good_at_ms,
      },
    ]),
  )
}

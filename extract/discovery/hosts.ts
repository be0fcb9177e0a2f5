import { queryRaw } from '../raw/query.ts'

/** All users of the account, by id. */
export async function allUsers(dataDir: string, accountId: string): Promise<string[]> {
  const rows = await queryRaw<{ user_id: string }>(
    dataDir,
    `select distinct user_id from raw.users where account_id = $account and user_id is not null order by user_id`,
    { account: accountId },
  )
  return rows.map((row) => row.user_id)
}

/**
 * The users whom a second look at a month is worth. A user's report is a heavy request a month, and an account may have
 * thousands of users of whom a few host webinars: where the account's own history report has a month whole, only hosts
 * are asked. A host is whom any list names as one; who has the webinar plan, which the list of scheduled webinars tells;
 * and whose report failed before and is still owed.
 */
export async function hostUsers(dataDir: string, accountId: string): Promise<string[]> {
  const rows = await queryRaw<{ user_id: string }>(
    dataDir,
    `with users as (
         select user_id, lower(max(email)) as email
         from raw.users
         where account_id = $account and user_id is not null
         group by user_id
     ),
     named as (
         select host_id as user_id, lower(host_email) as email from raw.webinars where account_id = $account
         -- Each once: every list names them day by day.
         union
         select null, lower(host_email) from raw.instances where account_id = $account
     ),
     readings as (
         select
             regexp_extract(subject, '^user:(.*?)(:[0-9-]{10}[.]{2}[0-9-]{10})?$', 1) as user_id,
             stream,
             arg_max(status, finished_at) as status,
             arg_max(error_code, finished_at) as error_code
         from raw.captures
         -- The streams once more, by which what was gathered is passed over where it has none of them.
         where account_id = $account and stream in ('instances', 'webinars') and starts_with(subject, 'user:')
             and (
                 (stream = 'webinars' and source_endpoint = 'users')
                 or (stream = 'instances' and source_endpoint = 'user_reports')
             )
         group by stream, subject
     ),
     -- Without the plan the list of scheduled webinars is refused with a code, and empty.
     licensed as (
         select user_id from readings
         where stream = 'webinars' and status <> 'denied' and not (status = 'empty' and error_code is not null)
     ),
     owed as (
         select user_id from readings where stream = 'instances' and status = 'failed'
     )
     select user_id
     from users
     where user_id in (select user_id from named where user_id is not null)
         or coalesce(email in (select email from named where email is not null), false)
         or user_id in (select user_id from licensed)
         or user_id in (select user_id from owed)
     order by user_id`,
    { account: accountId },
  )
  return rows.map((row) => row.user_id)
}

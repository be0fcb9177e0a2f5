import { queryRaw } from '../raw/query.ts'

interface Users {
  all: string[]
  /** Those who host webinars, or may. */
  hosts: string[]
}

/**
 * The account's users, and which of them a second look at a month is worth. A user's report is a heavy request a month,
 * and an account may have thousands of users of whom a few host webinars: where the account's own history report has a
 * month whole, only hosts are asked. A host is whom any list names as one; who has the webinar plan, which the list of
 * scheduled webinars tells; and whose report failed before and is still owed.
 */
export async function usersByHosting(dataDir: string, accountId: string): Promise<Users> {
  const rows = await queryRaw<{ user_id: string; is_host: boolean }>(
    dataDir,
    `with users as (
         select user_id, lower(max(email)) as email
         from raw.users
         where account_id = $account and user_id is not null
         group by user_id
     ),
     named as (
         select host_id as user_id, lower(host_email) as email from raw.webinars where account_id = $account
         union all
         select null, lower(host_email) from raw.instances where account_id = $account
     ),
     readings as (
         select
             regexp_extract(subject, '^user:(.*?)(:[0-9-]{10}[.]{2}[0-9-]{10})?$', 1) as user_id,
             stream,
             arg_max(status, finished_at) as status,
             arg_max(error_code, finished_at) as error_code
         from raw.captures
         where account_id = $account and starts_with(subject, 'user:')
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
     select
         users.user_id,
         users.user_id in (select user_id from named where user_id is not null)
             or coalesce(users.email in (select email from named where email is not null), false)
             or users.user_id in (select user_id from licensed)
             or users.user_id in (select user_id from owed) as is_host
     from users
     order by users.user_id`,
    { account: accountId },
  )
  return {
    all: rows.map((row) => row.user_id),
    hosts: rows.filter((row) => row.is_host).map((row) => row.user_id),
  }
}

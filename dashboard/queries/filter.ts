import { type RawBuilder, sql } from 'kysely'
import type { Filter } from '../answers.ts'

/** Instances the filter leaves, as a sub-select of `zoom_webinar_instances`. Values are bound. */
export function filteredInstances({ host, webinar, from, to }: Filter): RawBuilder<unknown> {
  const conditions = [
    sql`true`,
    ...(host === undefined
      ? []
      : [sql`webinar_id in (select id from zoom_webinars where host_email = ${host})`]),
    ...(webinar === undefined ? [] : [sql`webinar_id = ${webinar}::uuid`]),
    ...(from === undefined ? [] : [sql`start_time >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`start_time < ${to}::timestamptz + interval '1 day'`]),
  ]
  return sql`(select * from zoom_webinar_instances where ${sql.join(conditions, sql` and `)})`
}

/** Approved registrations for the filter's webinars, made on its days, as a sub-select of `zoom_registrants`. */
export function filteredRegistrants({ host, webinar, from, to }: Filter): RawBuilder<unknown> {
  const conditions = [
    sql`status = 'approved'`,
    ...(host === undefined
      ? []
      : [sql`webinar_id in (select id from zoom_webinars where host_email = ${host})`]),
    ...(webinar === undefined ? [] : [sql`webinar_id = ${webinar}::uuid`]),
    ...(from === undefined ? [] : [sql`registered_at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`registered_at < ${to}::timestamptz + interval '1 day'`]),
  ]
  return sql`(select * from zoom_registrants where ${sql.join(conditions, sql` and `)})`
}

export const isNarrowed = (filter: Filter): boolean =>
  Object.values(filter).some((value) => value !== undefined)

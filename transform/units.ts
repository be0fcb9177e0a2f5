/*
 * The words in which statements speak of what was touched: the temporary tables of touched.ts and increment.ts.
 */

/** Of a row of `captures`: whether it is an account-wide list. */
export const isAccountWide = '(webinar_id is null and instance_uuid is null)'
/** The same: whether it is a list of users or of webinars, which every run asks for in the same words. */
export const isRepeatedList = `(${isAccountWide} and stream in ('users', 'webinars'))`
/** The unit of a row of `captures`. */
export const unitOfCapture = `case when ${isAccountWide} then -1 else coalesce(webinar_id, 0) end`

/** A SELECT of what was touched, of webinars with their unit: no row has that of account-wide lists as its webinar. */
export const unitsAs = (column: string) => `select unit as ${column} from touched_units where unit <> -1`
/** Whether rows without a webinar were touched. */
export const isUnassigned = 'exists (select 1 from touched_units where unit = 0)'
/** The touched webinars by the ids of the marts. */
export const webinarIds = 'select id as webinar_id from touched_webinars'
export const instanceIds = 'select id as instance_id from touched_instances'

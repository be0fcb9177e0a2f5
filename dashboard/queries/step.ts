import { sql } from 'kysely'
import type { AccountAnswer, Filter, Step } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'
import { filteredInstances } from './filter.ts'

/** Days for some weeks, weeks for a year or so, months beyond: a chart has room for about 70 periods. */
export async function stepOf(
  snapshot: Snapshot,
  filter: Filter,
): Promise<{ step: Step; span: AccountAnswer['span'] }> {
  const { rows } = await sql<{ days: number | null; from: string | null; to: string | null }>`
    select
      (select extract(epoch from max(start_time) - min(start_time))::float8 / 86400
       from ${filteredInstances(filter)} as ran) as days,
      to_char(min(start_time), 'YYYY-MM-DD') as "from",
      to_char(max(start_time), 'YYYY-MM-DD') as "to"
    from zoom_webinar_instances
  `.execute(snapshot)
  const { days = null, from = null, to = null } = rows[0] ?? {}
  const step = days === null || days > 500 ? 'month' : days > 62 ? 'week' : 'day'
  return { step, span: from === null || to === null ? null : { from, to } }
}

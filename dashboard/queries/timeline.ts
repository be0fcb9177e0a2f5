import { sql } from 'kysely'
import type { InstanceAnswer } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'

/**
 * Minute by minute. `remaining` are the participants who have come by the end of the minute and not yet left for
 * good: those who will come back count, so the fall of the line is the drop-off.
 */
export async function timelineOf(
  snapshot: Snapshot,
  instanceId: string,
): Promise<InstanceAnswer['timeline']> {
  const { rows } = await sql<InstanceAnswer['timeline'][number]>`
    with minutes as (
      select minute, present, joined, "left"
      from zoom_instance_timeline
      where instance_id = ${instanceId}
    ),
    stays as (
      select
        date_trunc('minute', min(join_time)) as came,
        date_trunc('minute', max(leave_time)) as went
      from zoom_participant_sessions
      where instance_id = ${instanceId}
      group by participant_id
    ),
    changes as (
      select minute, sum(change) as change
      from (
        select came as minute, 1 as change from stays
        union all
        select went, -1 from stays
      ) as each
      group by minute
    )
    select
      (extract(epoch from minutes.minute - min(minutes.minute) over ()) / 60)::int as minute,
      minutes.present,
      minutes.joined,
      minutes."left",
      (sum(coalesce(changes.change, 0)) over (order by minutes.minute))::int as remaining
    from minutes
    left join changes on changes.minute = minutes.minute
    order by 1
  `.execute(snapshot)
  return rows
}

import { sql } from 'kysely'
import type { DropoffLine, TimelineLine } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'

/** Minute by minute, counted from the first. */
export async function timelineOf(snapshot: Snapshot, instanceId: string): Promise<TimelineLine[]> {
  const { rows } = await sql<TimelineLine>`
    select
      (extract(epoch from minute - min(minute) over ()) / 60)::int as minute,
      present,
      joined,
      "left"
    from zoom_instance_timeline
    where instance_id = ${instanceId}
    order by 1
  `.execute(snapshot)
  return rows
}

/** Tenth by tenth, where its attendees are. */
export async function dropoffOf(snapshot: Snapshot, instanceId: string): Promise<DropoffLine[]> {
  const { rows } = await sql<DropoffLine>`
    select tenth, attendees, not_yet_come as "notYetCome", present, away, gone
    from zoom_instance_dropoff
    where instance_id = ${instanceId}
    order by tenth
  `.execute(snapshot)
  return rows
}

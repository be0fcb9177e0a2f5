import { sql } from 'kysely'
import type { Bin } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'

/** Widths of bins people can name, in minutes; the first that needs no more than 20 of them is taken. */
const widths_minutes = [1, 2, 5, 10, 15, 30, 60, 120, 240]

/** Participants by minutes of presence, from 0 to the length of the instance. */
export async function minutesSpread(
  snapshot: Snapshot,
  instanceId: string,
  duration_seconds: number,
): Promise<Bin[]> {
  const width = widths_minutes.find((one) => duration_seconds / 60 / one <= 20) ?? 480
  const { rows } = await sql<{ bin: number; count: number }>`
    select (total_duration / ${width * 60}::int)::int as bin, count(*)::int as count
    from zoom_participants
    where instance_id = ${instanceId}
    group by 1
    order by 1
  `.execute(snapshot)
  return filled(rows, width)
}

/** Participants by engagement score, in tens; 100 is in the last bin. */
export async function engagementSpread(snapshot: Snapshot, instanceId: string): Promise<Bin[]> {
  const { rows } = await sql<{ bin: number; count: number }>`
    select least(floor(engagement_score / 10), 9)::int as bin, count(*)::int as count
    from zoom_participants
    where instance_id = ${instanceId} and engagement_score is not null
    group by 1
    order by 1
  `.execute(snapshot)
  return filled(rows, 10)
}

/** Bins that nobody is in are shown as well: a gap is part of the picture. */
function filled(rows: { bin: number; count: number }[], width: number): Bin[] {
  const last = rows.at(-1)?.bin
  if (last === undefined) return []
  const counts = new Map(rows.map(({ bin, count }) => [bin, count]))
  return Array.from({ length: last + 1 }, (_, bin) => ({
    from: bin * width,
    to: (bin + 1) * width,
    count: counts.get(bin) ?? 0,
  }))
}

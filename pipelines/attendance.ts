import pg from 'pg'
import { count, decimal } from './terminal/format.ts'
import type { Output } from './terminal/output.ts'

interface Attendance {
  topic: string | null
  instance_count: string | number
  total_registrants: string | number
  actual_participant_count: string | number
  unique_participant_count: string | number
  attendance_rate: string | number | null
  avg_attendance_minutes: string | number | null
  peak_concurrent: string | number | null
  participant_sync_status: string
}

const SHOWN = 12

/** Shows the attendance analytics of the warehouse, the best attended webinars first, and returns them all. */
export async function showAttendance(databaseUrl: string, output: Output): Promise<Attendance[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<Attendance>(
      'select * from webinar_attendance_analytics order by actual_participant_count desc, topic',
    )
    output.print('')
    output.table(
      ['webinar', 'instances', 'registered', 'participants', 'people', 'came %', 'avg min', 'peak', 'status'],
      rows
        .slice(0, SHOWN)
        .map((row) => [
          (row.topic ?? '').slice(0, 40),
          count(row.instance_count),
          count(row.total_registrants),
          count(row.actual_participant_count),
          count(row.unique_participant_count),
          decimal(row.attendance_rate),
          decimal(row.avg_attendance_minutes),
          count(row.peak_concurrent),
          row.participant_sync_status,
        ]),
    )
    if (rows.length > SHOWN) output.print(`… and ${count(rows.length - SHOWN)} more webinars`)
    return rows
  } finally {
    await client.end()
  }
}

import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readAttendeeReport } from '../../extract/csv/attendeeReport.ts'
import { columnsOf, type RawRow } from '../../extract/raw/columns.ts'
import { transform } from '../../transform/transform.ts'
import { CatalogReader } from './catalog-reader.ts'
import { RawWorld } from './raw-world.ts'

const path = fileURLToPath(new URL('../../../shared/fixtures/zoom-attendee-report-2020.csv', import.meta.url))
const reason = existsSync(path) ? '' : ' (skipped: the real report is not beside this repository)'

it.skipIf(reason !== '')(`a real report of 2020 gives the figures counted by hand${reason}`, async () => {
  const report = await readAttendeeReport(path, { timezone: 'America/New_York', fileName: 'real.csv' })
  const timestamps = Object.entries(columnsOf('participants')).filter(([, type]) => type === 'timestamp')
  const rows: RawRow[] = []
  for await (const { page } of report.streams.find(({ stream }) => stream === 'participants')?.pages ?? []) {
    for (const { row } of page.rows) {
      // The figures are of the attendee section; some people are in other sections too.
      if (row.role !== 'attendee') continue
      const times = timestamps.flatMap(([name]) =>
        typeof row[name] === 'number' ? [[name, new Date(row[name]).toISOString()]] : [],
      )
      rows.push({ ...row, ...Object.fromEntries(times) })
    }
  }
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-real-'))
  try {
    const world = new RawWorld()
    world.capture({
      stream: 'participants',
      subject: report.subject.key,
      webinar_id: report.subject.webinarId,
      instance_uuid: report.subject.instanceUuid,
      source_endpoint: 'csv',
      account_id: 'local',
      rows,
    })
    await world.write(directory)
    const catalog = await CatalogReader.open(
      (await transform({ dataDir: directory, threads: 1 })).catalogPath,
    )
    expect(
      await catalog.rows(`
        select connection_count, actual_participant_count, session_count, connected_duration, total_duration,
          attendee_peak_concurrent
        from marts.zoom_webinar_instances`),
    ).toEqual([
      {
        connection_count: 924,
        actual_participant_count: 455,
        session_count: 830,
        connected_duration: '3844903',
        total_duration: '3782797',
        attendee_peak_concurrent: 172,
      },
    ])
    catalog.close()
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { importReports } from '../../extract/importReports.ts'
import { queryCatalog } from '../../pipelines/catalog.ts'
import { readCompleteness } from '../../pipelines/completeness.ts'
import { transform } from '../../transform/transform.ts'

const file = fileURLToPath(new URL('../../../shared/fixtures/zoom-attendee-report-2020.csv', import.meta.url))
const reason = existsSync(file) ? '' : ' (skipped: the real report is not beside this repository)'

/**
 * Sessions, presence and peak of the rows of the attendee section alone. In the warehouse a person who is in the
 * attendee and the panelist section is one participant, a panelist; the figures counted by hand are of one section.
 */
const ATTENDEE_SECTION = `
    with rows as (
        select identified.participant_key, cleaned.join_ms, cleaned.leave_ms, cleaned.is_presence
        from intermediate.connections_cleaned as cleaned
        join intermediate.connections_identified as identified using (connection_key)
        where cleaned.role = 'attendee'
    ),
    reaching as (
        select
            *,
            max(leave_ms) over (
                partition by participant_key order by join_ms, leave_ms
                rows between unbounded preceding and 1 preceding
            ) as left_before_ms
        from rows
        where is_presence
    ),
    numbered as (
        select
            *,
            count(*) filter (where left_before_ms is null or join_ms > left_before_ms) over (
                partition by participant_key order by join_ms, leave_ms
            ) as session_number
        from reaching
    ),
    sessions as (
        select participant_key, min(join_ms) as join_ms, max(leave_ms) as leave_ms
        from numbered
        group by participant_key, session_number
    ),
    present as (
        select sum(change) over (order by at_ms, change) as people
        from (
            select join_ms as at_ms, 1 as change from sessions
            union all
            select leave_ms, -1 from sessions
        )
    )
    select
        (select count(*) from rows)::integer as connections,
        (select count(distinct participant_key) from rows)::integer as people,
        (select count(*) from sessions)::integer as sessions,
        (select sum(leave_ms - join_ms) / 1000 from rows where is_presence)::integer as connected_duration,
        (select sum(leave_ms - join_ms) / 1000 from sessions)::integer as presence,
        (select max(people) from present)::integer as peak`

it.skipIf(reason !== '')(
  `a real report of 2020, imported, gives the figures counted by hand${reason}`,
  async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'rollcall-real-'))
    try {
      const options = { dataDir, accountId: 'local', files: [file], timezone: 'America/New_York' }
      const { files } = await importReports(options)
      expect(files).toMatchObject([{ participantRows: 1002, registrations: 469, rejected: 0 }])
      await transform({ dataDir, isWithSteps: true, threads: 1 })

      const section = await queryCatalog(dataDir, ATTENDEE_SECTION)
      expect(section.rows).toEqual([
        {
          connections: 924,
          people: 455,
          sessions: 830,
          connected_duration: 3_844_903,
          presence: 3_782_797,
          peak: 172,
        },
      ])
      const instance = await queryCatalog(
        dataDir,
        `select
           captured_rows, actual_participant_count, attendee_count, panelist_count, host_count,
           reported_unique_viewers, reported_peak_viewers, capture_status
       from marts.zoom_webinar_instances`,
      )
      expect(instance.rows).toEqual([
        {
          captured_rows: 1002,
          actual_participant_count: 481,
          attendee_count: 445,
          panelist_count: 31,
          host_count: 1,
          reported_unique_viewers: 446,
          reported_peak_viewers: 0,
          capture_status: 'complete',
        },
      ])
      expect(await readCompleteness(dataDir)).toMatchObject({
        capturedRows: 1002,
        expectedRows: 1002,
        attention: [],
      })
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  },
)

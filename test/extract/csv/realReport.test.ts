import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readAttendeeReport } from '../../../extract/csv/attendeeReport.ts'
import { attendeeFigures } from './oracle.ts'
import { allOf } from './reading.ts'

const path = fileURLToPath(
  new URL('../../../../shared/fixtures/zoom-attendee-report-2020.csv', import.meta.url),
)
const reason = existsSync(path) ? '' : ' (skipped: the real report is not beside this repository)'

describe.skipIf(reason !== '')(`a real report of 2020${reason}`, () => {
  const read = () => readAttendeeReport(path, { timezone: 'America/New_York', fileName: 'real.csv' })

  it('has the rows of each section, and none that cannot be read', async () => {
    const report = await read()
    expect(report.counts).toEqual({
      host: 1,
      panelist: 73,
      attendee: 924,
      other: 4,
      absent: 16,
      registrations: 469,
    })
    expect(report.notes).toEqual([])
    expect(report.header).toMatchObject({
      registered: 461,
      uniqueViewers: 446,
      totalUsers: 991,
      maxConcurrentViews: 0,
    })
    expect(report.subject.instanceUuid).toBe('csv:328972509:2020-03-28T12:07')
  })

  it('has the connections that were counted by hand, the one without length too', async () => {
    const report = await read()
    const { rows, rejects } = await allOf(report, 'participants')
    const attendees = rows.map(({ row }) => row).filter(({ role }) => role === 'attendee')
    const lengths = attendees.map((row) => (Number(row.leave_time) - Number(row.join_time)) / 1_000)
    expect([rows.length, attendees.length, rejects.length]).toEqual([1_002, 924, 0])
    expect(lengths.reduce((sum, each) => sum + each, 0)).toBe(3_844_903)
    expect(lengths.filter((each) => each <= 0)).toHaveLength(1)
    expect(new Set(attendees.map(({ email }) => email)).size).toBe(455)
  })

  it('has a registrant for each e-mail with a registration time', async () => {
    const { rows } = await allOf(await read(), 'registrants')
    expect(new Set(rows.map(({ row }) => row.email)).size).toBe(469)
    expect(rows.filter(({ row }) => row.status === 'approved' && row.registered_at !== null)).toHaveLength(
      469,
    )
    expect(rows.filter(({ raw }) => raw.includes('upgraded to panelist'))).toHaveLength(5)
  })

  it("counts 461 registrations as Zoom does: rows with a registration time, less the panelists'", async () => {
    const report = await read()
    const participants = await allOf(report, 'participants')
    const panelists = new Set(
      participants.rows.flatMap(({ row }) => (row.role === 'panelist' ? [row.email] : [])),
    )
    const registrants = await allOf(report, 'registrants')
    const alsoPanelists = registrants.rows.filter(({ row }) => panelists.has(row.email ?? null))
    expect(alsoPanelists).toHaveLength(10)
    // Two e-mails have a second row with the same registration, which says that they did not come.
    expect(registrants.rows.length + 2 - alsoPanelists.length).toBe(461)
  })

  it('has the figures that another reader counts', () => {
    expect(attendeeFigures(path)).toEqual({
      rows: 924,
      people: 455,
      sessions: 830,
      connected_seconds: 3_844_903,
      presence_seconds: 3_782_797,
      peak: 172,
      registrations: 469,
      rows_with_rounded_minutes: 924,
      rows_without_length: 1,
    })
  })
})

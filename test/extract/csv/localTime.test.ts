import { describe, expect, it } from 'vitest'
import { parseLocalTime, ReportZone } from '../../../extract/csv/localTime.ts'
import { attendeeRow, reportOf } from './layouts.ts'
import { iso, participantsOf, readText } from './reading.ts'

const shown = (cell: string): string | undefined => {
  const time = parseLocalTime(cell)
  return 'problem' in time ? time.problem : new Date(time.local_ms).toISOString().slice(0, 19)
}

describe('a time cell', () => {
  it.each([
    ['Mar 28, 2020 08:07:27', '2020-03-28T08:07:27'],
    ['Mar 28, 2020 8:07 AM', '2020-03-28T08:07:00'],
    ['Mar 28, 2020 8:07\u202fPM', '2020-03-28T20:07:00'],
    ['March 8, 2020 12:00:01 am', '2020-03-08T00:00:01'],
    ['08/09/2026 12:31:08 PM', '2026-08-09T12:31:08'],
    ['8/9/2026 12:31 AM', '2026-08-09T00:31:00'],
    ['08/09/2026 23:59', '2026-08-09T23:59:00'],
    ['08/09/2026, 1:05:09 p.m.', '2026-08-09T13:05:09'],
    ['2024-02-29 18:18:42', '2024-02-29T18:18:42'],
  ])('%s is read', (cell, expected) => {
    expect(shown(cell)).toBe(expected)
  })

  it.each([
    ['28/03/2020 08:07', /day first/],
    ['28.03.2020 08:07', /no date and time as Zoom/],
    ['28 mars 2020 08:07', /no date and time as Zoom/],
    ['Mai 28, 2020 08:07', /no date and time as Zoom/],
    ['02/30/2020 08:07', /calendar/],
    ['02/29/2021 08:07', /calendar/],
    ['13/13/2020 08:07', /calendar/],
    ['00/10/2020 08:07', /calendar/],
    ['Mar 28, 2020 24:00:00', /calendar/],
    ['Mar 28, 2020 13:00 PM', /hour 13 with PM/],
    ['Mar 28, 2020 08:61', /calendar/],
    ['Mar 28, 2020', /no date and time/],
    ['Mar 28, 2020 noon', /time of day/],
    ['43918.33', /no date and time/],
  ])('%s is refused, saying why', (cell, reason) => {
    expect(shown(cell)).toMatch(reason)
  })
})

describe('a time zone', () => {
  const at = (zone: string, local: string): (string | null)[] =>
    new ReportZone(zone).moments(Date.parse(`${local}Z`)).moments.map((moment) => iso(moment))

  it.each([
    ['UTC', '2020-03-28T08:07:27', ['2020-03-28T08:07:27.000Z']],
    ['America/New_York', '2020-03-08T01:59:59', ['2020-03-08T06:59:59.000Z']],
    ['America/New_York', '2020-03-08T03:00:00', ['2020-03-08T07:00:00.000Z']],
    ['Asia/Kolkata', '2026-08-09T10:45:00', ['2026-08-09T05:15:00.000Z']],
    ['Pacific/Apia', '2011-12-29T23:59:59', ['2011-12-30T09:59:59.000Z']],
    ['Pacific/Apia', '2011-12-31T00:00:00', ['2011-12-30T10:00:00.000Z']],
    ['Australia/Lord_Howe', '2024-04-07T01:29:00', ['2024-04-06T14:29:00.000Z']],
  ])('%s knows the one moment of %s', (zone, local, expected) => {
    expect(at(zone, local)).toEqual(expected)
  })

  it.each([
    ['America/New_York', '2020-11-01T01:30:00', ['2020-11-01T05:30:00.000Z', '2020-11-01T06:30:00.000Z']],
    ['Europe/London', '2024-10-27T01:00:00', ['2024-10-27T00:00:00.000Z', '2024-10-27T01:00:00.000Z']],
    ['Australia/Lord_Howe', '2024-04-07T01:45:00', ['2024-04-06T14:45:00.000Z', '2024-04-06T15:15:00.000Z']],
  ])('%s knows both moments of %s, which its clocks show twice', (zone, local, expected) => {
    expect(at(zone, local)).toEqual(expected)
  })

  it('takes a time that its clocks skip to after the gap', () => {
    const found = new ReportZone('America/New_York').moments(Date.parse('2020-03-08T02:30:00Z'))
    expect(found).toEqual({ moments: [Date.parse('2020-03-08T07:30:00Z')], isSkipped: true })
  })

  it.each(['Mars/Olympus', '', 'PST5', '+02:00', 'local'])(
    '%j is refused, saying what was got',
    async (timezone) => {
      const refused = readText(reportOf([attendeeRow()]), { timezone })
      await expect(refused).rejects.toThrow(
        `time zone ${JSON.stringify(timezone)} is not in the IANA database`,
      )
    },
  )
})

describe('in the hour that clocks show twice', () => {
  const during = async (join: string, leave: string, minutes: string) => {
    const day = 'Nov 01, 2020'
    const row = attendeeRow({ join: `${day} ${join}`, leave: `${day} ${leave}`, minutes })
    const report = reportOf([row], { start: 'Nov 01, 2020 12:30 AM' })
    const { rows } = await participantsOf(report, 'America/New_York')
    return rows.map((each) => [iso(each.join_time)?.slice(11, 16), iso(each.leave_time)?.slice(11, 16)])[0]
  }

  it("a connection is read so that it lasts as long as Zoom's minutes say", async () => {
    expect(await during('01:10:00', '01:20:00', '10')).toEqual(['05:10', '05:20'])
    expect(await during('01:10:00', '01:20:00', '70')).toEqual(['05:10', '06:20'])
    expect(await during('00:50:00', '01:20:00', '90')).toEqual(['04:50', '06:20'])
    expect(await during('01:50:00', '02:10:00', '20')).toEqual(['06:50', '07:10'])
  })

  it('and otherwise so that it does not end before it begins', async () => {
    expect(await during('01:50:00', '01:10:00', '--')).toEqual(['05:50', '06:10'])
    expect(await during('01:50:00', '02:10:00', '--')).toEqual(['05:50', '07:10'])
  })
})

it('a report with times that its zone skipped asks whether the zone is right', async () => {
  const row = attendeeRow({ join: 'Mar 08, 2020 02:10:00', leave: 'Mar 08, 2020 03:20:00' })
  const text = reportOf([row], { start: 'Mar 08, 2020 1:00 AM' })
  expect((await readText(text, { timezone: 'America/New_York' })).notes).toEqual([
    '1 row has times in an hour that America/New_York skipped for summer time: is it the right time zone?',
  ])
  expect((await readText(text, { timezone: 'Europe/Berlin' })).notes).toEqual([])
})

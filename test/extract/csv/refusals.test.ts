import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readAttendeeReport } from '../../../extract/csv/attendeeReport.ts'
import { CsvReportError } from '../../../extract/csv/csvReportError.ts'
import { attendeeRow, firstRowLine, layout2020, reportOf } from './layouts.ts'
import { pagesOf, participantsOf, readText, registrantsOf } from './reading.ts'

describe('a file that is no attendee report is refused', () => {
  it.each([
    [
      'meeting participants report',
      'Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\nA,,,,',
    ],
    ['meeting participants report', 'Meeting ID,Topic,Start Time,End Time,User Email\n1,T,,,'],
    ['meeting participants report', 'Topic,ID,Host name,Host email,Start time\nT,1,,,'],
    [
      'registration report',
      'Registration Report,\nReport Generated:,x\nTopic,Webinar ID,Actual Start Time\n',
    ],
    ['registration report', 'First Name,Last Name,Email,Registration Time,Approval Status\nA,B,,,'],
    ['performance report', 'Performance Report\n'],
    ['Q&A report', '\ufeffQ&A Report,,\r\nTopic,Webinar ID,Actual Start Time\r\n'],
    ['poll report', 'Poll Report\nTopic,Webinar ID,Actual Start Time\n'],
    ['poll or survey report', 'Overview\nGenerate Time,Meeting Topic,Meeting/Webinar ID,Actual Start Time\n'],
    ['survey report', 'Survey Report;;\n'],
  ])('naming a %s', async (kind, content) => {
    const refused = readText(content)
    await expect(refused).rejects.toThrow(CsvReportError)
    await expect(refused).rejects.toThrow(`this is a Zoom ${kind}; export the "Attendee Report"`)
  })

  it.each([
    ['an empty file', '', /^report\.csv: found ""; expected a Zoom webinar "Attendee Report"/],
    ['empty lines', '\n\n , \n', /^report\.csv: found ""/],
    ['another table', 'a,b\n1,2\n', /^report\.csv, line 1: found "a,b"/],
    ['a long text', `${'x'.repeat(500)}\n`, /found "x{80}…"; expected/],
    ['a title without anything', 'Attendee Report,\n', /line 1: found "Attendee Report,"/],
    ['much else before its columns', 'note\n'.repeat(60) + layout2020, /line 1: found "note"/],
    [
      'header columns without values',
      layout2020.split('\n').slice(0, 3).join('\n'),
      /line 1: found "Attendee Report,"/,
    ],
    ['a workbook', Buffer.from('PK\u0003\u0004xl'), /Excel workbook.*expected a CSV file/],
    [
      'another encoding',
      Buffer.from(layout2020.replace('Ann', 'Ren\u00e9'), 'latin1'),
      /line 13: found "bytes that are not utf-8"/,
    ],
    ['two reports', layout2020 + layout2020, /line 21: .*one report a file/],
    [
      'a webinar id that a spreadsheet shortened',
      layout2020.replace('328-972-509', '3.28973E+08'),
      /line 4: found "3\.28973E\+08".*spreadsheets shorten it/,
    ],
    [
      'a start with the day first',
      layout2020.replace('Mar 10, 2020 8:07 AM', '28/03/2020 08:07'),
      /line 4: .*day first/,
    ],
    [
      'a figure that is none',
      layout2020.replace('"1,002"', 'many'),
      /line 4: found "many"; expected a whole number as "unique viewers"/,
    ],
    [
      'columns of another language',
      layout2020.replace('User Name,Email,Join Time,Leave Time', 'User Name,Email,Beitritt,Austritt'),
      /line 6: .*Join Time/,
    ],
    ['a line without end', 'x'.repeat(1_000_001), /1000000 characters/],
  ])('as %s', async (_, content, message) => {
    const refused = readText(content)
    await expect(refused).rejects.toThrow(CsvReportError)
    await expect(refused).rejects.toThrow(message)
  })

  it('without its join links in the message', async () => {
    await expect(readText('see https://zoom.us/w/1?tk=SECRET\n')).rejects.toThrow(
      'found "see [join link removed]"',
    )
  })

  it('where it cannot be opened', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-csv-'))
    try {
      const refused = readAttendeeReport(join(folder, 'none.csv'), { timezone: 'UTC', fileName: 'none.csv' })
      await expect(refused).rejects.toThrow('none.csv: found "ENOENT"; expected a file that can be read')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('where it changes between its readings', async () => {
    const contents = [layout2020, reportOf([attendeeRow()])].map((text) => Buffer.from(text))
    const effects = {
      async *read() {
        yield contents.shift() ?? Buffer.from('')
      },
    }
    const report = await readAttendeeReport('a.csv', { timezone: 'UTC', fileName: 'a.csv' }, effects)
    await expect(pagesOf(report, 'participants')).rejects.toThrow('found "1 participants"; expected 5')
  })
})

describe('a row that cannot be understood is a reject with its line', () => {
  const good = attendeeRow()
  it.each([
    ['Attended is neither', attendeeRow({ attended: 'Oui' }), /Attended is "Oui", neither Yes nor No/],
    ['the join is missing', attendeeRow({ join: '--' }), /Attended is Yes, but Join Time is empty/],
    ['the join is no time', attendeeRow({ join: 'soon' }), /Join Time "soon" is no date/],
    [
      'the leave has its day first',
      attendeeRow({ leave: '28/03/2020 08:10' }),
      /Leave Time "28\/03\/2020 08:10" has the day first/,
    ],
    [
      'the join is days away',
      attendeeRow({ join: '10/03/2020 08:10', leave: '10/03/2020 08:20' }),
      /days away from the webinar/,
    ],
    ['it has cells too many', `${good},more`, /11 cells where Attendee Details has 10 columns/],
    ['text follows a quote', good.replace('"Lee"', '"Le"e'), /text follows a closing quote/],
    ['a quote never closes', good.replace('"Lee"', '"Lee'), /a quote is opened that never closes/],
  ])('where %s', async (_, bad, reason) => {
    const report = reportOf([good, bad, good, good])
    const { rows, rejects } = await participantsOf(report)
    expect(rows).toHaveLength(3)
    expect(rejects).toHaveLength(1)
    expect(rejects[0]).toMatchObject({ rowNumber: firstRowLine + 1, reason: expect.stringMatching(reason) })
    expect(rejects[0]?.reason).toContain(`line ${firstRowLine + 1}: `)
    expect(rejects[0]?.raw).toContain('Chile')
    expect((await readText(report)).notes[0]).toMatch(/^1 row could not be read; the first is line 8: /)
  })

  it('in the stream of the registrants, where only the registration is strange', async () => {
    const strange = attendeeRow({ registered: '28/03/2020 09:00', email: 'b@example.com' })
    const report = reportOf([strange, good])
    expect((await participantsOf(report)).rows).toHaveLength(2)
    const { rows, rejects } = await registrantsOf(report)
    expect(rows).toMatchObject([{ email: 'ann@example.com' }])
    expect(rejects).toMatchObject([
      { rowNumber: firstRowLine, reason: expect.stringContaining('Registration Time') },
    ])
  })

  it('where it stands outside any section', async () => {
    const { rejects } = await participantsOf(
      layout2020.replace('Host Details,', 'somebody,was,here\nHost Details,'),
    )
    expect(rejects).toMatchObject([
      { rowNumber: 5, reason: 'line 5: it stands outside any section', raw: 'somebody,was,here' },
    ])
  })

  it('in the order of the file', async () => {
    const { rejects } = await participantsOf(
      reportOf([attendeeRow({ join: 'soon' }), `${good},more`, attendeeRow({ join: '' })]),
    )
    expect(rejects.map(({ rowNumber }) => rowNumber)).toEqual([7, 8, 9])
  })

  it('and counts as expected, so that the capture is not whole', async () => {
    const report = await readText(reportOf([good, attendeeRow({ join: 'soon' })]))
    const [page] = await pagesOf(report, 'participants')
    expect(page?.page).toMatchObject({ totalRecords: 2, rows: [{}], rejects: [{}] })
  })
})

describe('a file that is cut off', () => {
  const rows = [attendeeRow(), attendeeRow({ email: 'last@example.com' })]
  const whole = reportOf(rows)

  it.each([
    ['within a quoted cell', whole.indexOf('last@') + 3, /never closes: the file is cut off here/],
    [
      'between cells',
      whole.lastIndexOf('"Mar 10, 2020 08:20'),
      /half a row \(8 of 10 cells\): the file is cut off/,
    ],
  ])('%s has half a row, which is a reject and is told', async (_, cut, reason) => {
    const text = whole.slice(0, cut)
    const { rows: read, rejects } = await participantsOf(text)
    expect(read).toHaveLength(1)
    expect(rejects).toMatchObject([{ rowNumber: firstRowLine + 1, reason: expect.stringMatching(reason) }])
    expect((await readText(text)).notes[0]).toMatch(/cut off/)
  })

  it('within a character of many bytes loses that row only', async () => {
    const bytes = Buffer.from(`${reportOf([attendeeRow()])}"Yes","Zo\u00eb`)
    const { rows: read, rejects } = await participantsOf(bytes.subarray(0, -1))
    expect([read.length, rejects.length]).toEqual([1, 1])
  })

  it('after the name of a section misses its columns', async () => {
    const text = layout2020.slice(0, layout2020.indexOf('"User Name","Join Time"'))
    const { rejects } = await participantsOf(text)
    expect(rejects).toMatchObject([
      { raw: 'Other Attended', reason: expect.stringMatching(/Other Attended has no columns/) },
    ])
  })

  it('before any attendee does not pass for a webinar nobody came to', async () => {
    const text = layout2020.slice(0, layout2020.indexOf('"Yes","Ann"'))
    const { rows: read, rejects } = await participantsOf(text)
    expect(read.map(({ role }) => role)).toEqual(['host', 'panelist'])
    expect(rejects[0]?.reason).toMatch(
      /without any attendee, though Zoom counted 3 registered and 1002 unique viewers/,
    )
    const nobody = text.replace(' 3, 1,"1,002"', ' 0, 0,0')
    expect((await participantsOf(nobody)).rejects).toEqual([])
  })

  it('at the end of its last row, without a line end, is whole', async () => {
    expect((await participantsOf(whole.trimEnd())).rejects).toEqual([])
  })
})

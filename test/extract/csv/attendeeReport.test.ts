import { describe, expect, it } from 'vitest'
import { parseCsvPage } from '../../../extract/csv/attendeeReport.ts'
import { dataColumns } from '../../../extract/raw/columns.ts'
import { attendeeRow, layout2020, layout2025, layout2026, reportOf } from './layouts.ts'
import { allOf, iso, pagesOf, participantsOf, readText, registrantsOf } from './reading.ts'

describe('the header', () => {
  it('makes the instance of webinar id and start, in UTC', async () => {
    const report = await readText(layout2020, { timezone: 'Europe/Berlin' })
    expect(report.subject).toEqual({
      key: 'instance:csv:328972509:2020-03-10T07:07',
      webinarId: 328972509,
      instanceUuid: 'csv:328972509:2020-03-10T07:07',
      instanceStart: '2020-03-10T07:07:00.000Z',
      instanceEnd: '2020-03-10T08:37:00.000Z',
    })
    expect(report.header).toEqual({
      topic: 'Data, and more',
      webinarId: 328972509,
      startTime: '2020-03-10T07:07:00.000Z',
      durationMinutes: 90,
      registered: 3,
      cancelled: 1,
      uniqueViewers: 1002,
      totalUsers: 5,
      maxConcurrentViews: 0,
      reportGenerated: '2020-04-09T18:50:00.000Z',
    })
  })

  it('names the instance by the minute where the start has seconds, and keeps the seconds', async () => {
    const report = await readText(layout2026, { timezone: 'Asia/Kolkata' })
    expect(report.subject.instanceUuid).toBe('csv:12345678901:2026-08-09T05:15')
    expect(report.subject.instanceStart).toBe('2026-08-09T05:15:30.000Z')
    expect(report.header).toMatchObject({ registered: 6, cancelled: null, maxConcurrentViews: null })
  })

  it('becomes the one row of the stream instances, with the host', async () => {
    const { rows } = await allOf(await readText(layout2025), 'instances')
    expect(rows).toHaveLength(1)
    expect(rows[0]?.row).toMatchObject({
      zoom_uuid: 'csv:84759841045:2025-03-22T19:13',
      topic: 'Masterclass',
      host_name: 'Avi',
      host_email: 'avi@example.com',
      start_time: Date.parse('2025-03-22T19:13:00Z'),
      end_time: Date.parse('2025-03-22T23:55:00Z'),
      duration_minutes: 282,
      participants_count: null,
      unique_viewers: 1805,
      max_concurrent_views: 1034,
      registrants_count: 3576,
      cancelled_count: 5,
      total_users: 3657,
    })
    expect(JSON.parse(rows[0]?.raw ?? '')).toMatchObject({
      'Enable Registration': 'Yes',
      section: 'Attendee Report',
    })
  })
})

describe('participants', () => {
  it('are the rows that say Yes, of every section, with its role (2020)', async () => {
    const { rows } = await participantsOf(layout2020)
    const seen = rows.map((row) => [row.role, row.name, row.email, iso(row.join_time), iso(row.leave_time)])
    expect(seen).toEqual([
      ['host', 'Hanna Host', 'hanna@example.com', '2020-03-10T08:07:27.000Z', '2020-03-10T09:37:00.000Z'],
      ['panelist', 'Paul Panel', 'paul@example.com', '2020-03-10T08:10:00.000Z', '2020-03-10T09:30:00.000Z'],
      ['attendee', 'Ann Na', 'Ann@Example.com', '2020-03-10T08:11:00.000Z', '2020-03-10T08:12:10.000Z'],
      ['attendee', 'Ann Na', 'ann@example.com', '2020-03-10T08:20:00.000Z', '2020-03-10T08:21:00.000Z'],
      ['other', '15551234567', null, '2020-03-10T14:20:00.000Z', '2020-03-10T14:21:00.000Z'],
    ])
    expect(rows.every((row) => row.duration_seconds === null && row.status === 'in_meeting')).toBe(true)
  })

  it('keep the display name and whether they are guests (2025)', async () => {
    const { rows, raws } = await participantsOf(layout2025)
    expect(rows.map((row) => [row.name, row.is_internal])).toEqual([
      ['Avi', true],
      ['Nick (Jane Doe)', false],
    ])
    expect(raws[1]).toMatchObject({ section: 'Attendee Details', 'First Name': 'Jane', Phone: '=+9100' })
  })

  it('read twelve-hour times across noon (2026)', async () => {
    const { rows } = await participantsOf(layout2026)
    expect(rows.map((row) => [iso(row.join_time), iso(row.leave_time)])).toEqual([
      ['2026-08-09T10:45:00.000Z', '2026-08-09T14:30:00.000Z'],
      ['2026-08-09T12:00:00.000Z', '2026-08-09T12:29:00.000Z'],
    ])
  })

  it('keep a leave before the join, and an absent leave as null', async () => {
    const early = attendeeRow({ leave: 'Mar 10, 2020 08:09:00', minutes: '-1' })
    const { rows, rejects } = await participantsOf(reportOf([early, attendeeRow({ leave: '--' })]))
    expect(rejects).toEqual([])
    expect(rows.map((row) => iso(row.leave_time))).toEqual(['2020-03-10T08:09:00.000Z', null])
  })

  it('lose no cell: raw has each under its column, also those the columns name twice', async () => {
    const columns = 'Attended,User Name,Email,Join Time,Leave Time,Section,Email,__proto__,,Last'
    const row = 'Yes,Ann,a@example.com,"Mar 10, 2020 08:10","Mar 10, 2020 08:20",A,b@example.com,p,e,l'
    const { raws, rows } = await participantsOf(reportOf([row], { columns }))
    expect(Object.entries(raws[0])).toEqual([
      ['section', 'Attendee Details'],
      ['Attended', 'Yes'],
      ['User Name', 'Ann'],
      ['Email', 'a@example.com'],
      ['Join Time', 'Mar 10, 2020 08:10'],
      ['Leave Time', 'Mar 10, 2020 08:20'],
      ['Section (2)', 'A'],
      ['Email (2)', 'b@example.com'],
      ['__proto__', 'p'],
      ['column 9', 'e'],
      ['Last', 'l'],
    ])
    expect(rows[0]?.email).toBe('a@example.com')
  })

  it('never carry a join link, in raw, in the journal or in a reject', async () => {
    const link = 'https://us02web.zoom.us/w/84759841045?tk=SECRET.TOKEN-_1&pwd=x'
    const columns = 'Attended,User Name,Email,Join Time,Leave Time,Comment'
    const good = `Yes,Ann,a@example.com,"Mar 10, 2020 08:10","Mar 10, 2020 08:20",see ${link} or https://example.com/w/1`
    const other = 'https://safe.example.com/?u=https%3A%2F%2Fx.zoom.us%2Fw%2F1%3Ftk%3DSECRET'
    const bad = `Maybe,Ann ${link} ${other},a@example.com,"Mar 10, 2020 08:10","Mar 10, 2020 08:20",,,${link}`
    const report = await readText(reportOf([good, bad, `Maybe ${link},,,,,`], { columns }))
    let journal = report.notes.join()
    for (const { pages } of report.streams) for await (const page of pages) journal += JSON.stringify(page)
    expect(journal).toContain('see [join link removed] or https://example.com/w/1')
    expect(journal).not.toMatch(/SECRET|zoom\.us/)
  })
})

describe('registrants', () => {
  it('are one for each e-mail, whether they came or not', async () => {
    const { rows } = await registrantsOf(layout2020)
    const seen = rows.map((row) => [
      row.email,
      row.first_name,
      row.last_name,
      row.status,
      iso(row.registered_at),
    ])
    expect(seen).toEqual([
      ['Ann@Example.com', 'Ann', 'Na', 'approved', '2020-03-01T09:07:11.000Z'],
      ['bob@example.com', 'Bob', null, 'pending', '2020-03-02T10:00:00.000Z'],
    ])
  })

  it('have their answers, source and status in our words', async () => {
    const { rows } = await registrantsOf(layout2025)
    expect(rows).toMatchObject([
      { status: 'approved', tracking_source: 'Newsletter' },
      { status: 'approved', tracking_source: null },
    ])
    expect(rows.map((row) => JSON.parse(String(row.custom_answers)))).toEqual([
      [
        { title: 'Phone', value: '+910000000000' },
        { title: 'Profession (not "Student")', value: 'Ads' },
      ],
      [
        { title: 'Phone', value: '=+9100' },
        { title: 'Profession (not "Student")', value: 'One,\ntwo' },
      ],
    ])
  })

  it('are taken from the earliest of the rows of an e-mail, whatever their order', async () => {
    const rows = [
      attendeeRow({ first: 'Later', registered: 'Mar 05, 2020 09:00:00' }),
      attendeeRow({ first: 'First', registered: 'Mar 01, 2020 09:00:00', email: ' ANN@example.com ' }),
      attendeeRow({ first: 'Never', registered: '--' }),
    ]
    for (const order of [rows, rows.toReversed()]) {
      const { rows: found } = await registrantsOf(reportOf(order))
      expect(found.map((row) => row.first_name)).toEqual(['First'])
    }
  })

  it('are taken from the first row of the file where two registered at once', async () => {
    const rows = [attendeeRow({ first: 'One' }), attendeeRow({ first: 'Two' })]
    expect((await registrantsOf(reportOf(rows))).rows.map((row) => row.first_name)).toEqual(['One'])
  })

  it('are also those who are listed and did not come, in a report without registration columns', async () => {
    const absent = 'No,Linus,linus@example.com,--,--,--,--,--\n'
    const { rows } = await registrantsOf(layout2026 + absent)
    expect(rows).toMatchObject([{ email: 'linus@example.com', status: null, registered_at: null }])
  })

  it('without an e-mail are each their own', async () => {
    const rows = [attendeeRow({ email: '' }), attendeeRow({ email: '--' })]
    expect((await registrantsOf(reportOf(rows))).rows.map((row) => row.email)).toEqual([null, null])
  })

  it('keep a status that Zoom did not write before, in lower case', async () => {
    const statuses = ['Denied', 'Cancelled by self', 'Waitlisted', 'declined', 'Approved', '--']
    const rows = statuses.map((status, index) => attendeeRow({ status, email: `${index}@example.com` }))
    const found = (await registrantsOf(reportOf(rows))).rows.map((row) => row.status)
    expect(found).toEqual(['denied', 'cancelled', 'waitlisted', 'denied', 'approved', null])
  })

  it('are no stream where the report says nothing of registration', async () => {
    const report = await readText(layout2026)
    expect(report.streams.map(({ stream }) => stream)).toEqual(['instances', 'participants'])
  })

  it('are an empty stream where it does, and nobody registered', async () => {
    const report = await readText(reportOf([attendeeRow({ registered: 'NA', status: 'NA' })]))
    expect(report.counts).toMatchObject({ attendee: 1, registrations: 0 })
    const pages = await pagesOf(report, 'registrants')
    expect(pages.map(({ page }) => page)).toMatchObject([{ rows: [], nextPageToken: null, totalRecords: 0 }])
  })

  it('are a subject of their own', async () => {
    const report = await readText(layout2020, { timezone: 'Europe/Berlin' })
    const subject = { key: 'webinar:328972509:csv=2020-03-10T07:07', webinarId: 328972509 }
    expect(report.streams.find(({ stream }) => stream === 'registrants')?.subject).toEqual(subject)
  })
})

describe('pages', () => {
  it('hold a thousand rows, say the total, and tell the last', async () => {
    const rows = Array.from({ length: 2_000 }, (_, index) => attendeeRow({ email: `${index}@example.com` }))
    const report = await readText(reportOf(rows))
    for (const stream of ['participants', 'registrants'] as const) {
      const pages = await pagesOf(report, stream)
      expect(pages.map(({ page }) => [page.rows.length, page.nextPageToken, page.totalRecords])).toEqual([
        [1_000, '2', 2_000],
        [1_000, null, 2_000],
      ])
    }
  })

  it('are read again from their journaled text without the file', async () => {
    const report = await readText(layout2020, { timezone: 'America/New_York' })
    for (const { stream, pages } of report.streams) {
      for await (const { text, page } of pages) expect(parseCsvPage(stream, JSON.parse(text))).toEqual(page)
    }
  })

  it('have columns of the raw zone only', async () => {
    const report = await readText(layout2025)
    for (const { stream, pages } of report.streams) {
      for await (const { page } of pages) {
        for (const { row } of page.rows)
          expect(Object.keys(dataColumns[stream])).toEqual(expect.arrayContaining(Object.keys(row)))
      }
    }
  })

  it('refuse bodies that are none of theirs as one reject, and never throw', async () => {
    const report = await readText(layout2020)
    const [first] = await pagesOf(report, 'participants')
    const body = JSON.parse(first?.text ?? '')
    const strange = [
      null,
      [],
      {},
      { ...body, timezone: 'Mars/Olympus' },
      { ...body, header: { ...body.header, cells: [] } },
    ]
    for (const each of strange) {
      const page = parseCsvPage('participants', each)
      expect([page.rows, page.rejects.map(({ rowNumber }) => rowNumber)]).toEqual([[], [null]])
    }
    expect(parseCsvPage('registrants', body).rejects[0]?.reason).toMatch(
      /page of participants where registrants/,
    )
  })
})

describe('sections', () => {
  it('may come in any order, and any may be missing', async () => {
    const [head = '', host = '', panelists = '', attendees = '', other = ''] = layout2020.split(
      /(?=^(?:Host Details|Panelist Details|Attendee Details|Other Attended),)/m,
    )
    const turned = await readText(head + other + attendees + panelists + host)
    expect(turned.counts).toEqual({
      host: 1,
      panelist: 1,
      attendee: 2,
      other: 1,
      absent: 1,
      registrations: 2,
    })
    const alone = await readText(head + attendees)
    expect(alone.counts).toEqual({ host: 0, panelist: 0, attendee: 2, other: 0, absent: 1, registrations: 2 })
  })

  it('may lack the name of the attendees, where a report has no other', async () => {
    const text = reportOf([attendeeRow()]).replace('Attendee Details,\n', '')
    expect((await readText(text)).counts.attendee).toBe(1)
  })

  it('tell of panelists who did not come, which no stream holds', async () => {
    const text = layout2020.replace('"Yes","Paul Panel"', '"No","Paul Panel"')
    const report = await readText(text)
    expect(report.counts).toMatchObject({ panelist: 0, absent: 2 })
    expect(report.notes).toEqual(["1 hosts or panelists did not come; only attendees' absences are imported"])
  })
})

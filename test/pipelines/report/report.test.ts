import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AttendanceReport } from '../../../pipelines/report/attendanceReport.ts'
import { attendanceCsv } from '../../../pipelines/report/csv.ts'
import { attendancePage } from '../../../pipelines/report/page.ts'
import { readAttendanceReport } from '../../../pipelines/report/report.ts'
import { verdict, whenItRan } from '../../../pipelines/report/words.ts'
import { attendanceXlsx } from '../../../pipelines/report/xlsx.ts'
import { transform } from '../../../transform/transform.ts'
import { RawWorld } from '../../sql/raw-world.ts'
import { rollcall } from '../cli.ts'

/*
 * A series of three evenings, the second of which broke off and was restarted, in a zone where it is another day than
 * in UTC; a single webinar of people whose names attack whatever shows them; and one of which rows are missing.
 */

const series = 91000000001
const hostile = 91000000002
const short = 91000000003
const formula = '=HYPERLINK("http://evil.example","click")'
const markup = '<script>alert("x")</script>'

function tell(world: RawWorld): void {
  world.capture({
    stream: 'webinars',
    subject: 'webinars',
    source_endpoint: 'webinars',
    rows: [
      { webinar_id: series, topic: 'Evening class', timezone: 'Pacific/Auckland', approval_type: 0 },
      { webinar_id: hostile, topic: `Evening of ${markup}`, timezone: 'UTC', approval_type: 0 },
      { webinar_id: short, topic: 'Shortened', approval_type: 2 },
    ],
  })
  const ran = (uuid: string, webinar: number, start: string, end: string) =>
    world.capture({
      stream: 'instances',
      subject: `history_meetings:${uuid}`,
      source_endpoint: 'history_meetings',
      rows: [
        {
          zoom_uuid: uuid,
          instance_uuid: uuid,
          webinar_id: webinar,
          topic: 'x',
          start_time: start,
          end_time: end,
        },
      ],
    })
  const came = (uuid: string, webinar: number, people: Record<string, unknown>[], more = {}) =>
    world.capture({
      stream: 'participants',
      subject: `instance:${uuid}`,
      instance_uuid: uuid,
      webinar_id: webinar,
      rows: people as never,
      ...more,
    })
  const registered = (webinar: number, people: [string, string, string][]) =>
    world.capture({
      stream: 'registrants',
      subject: `webinar:${webinar}:status=approved`,
      webinar_id: webinar,
      source_endpoint: 'webinars',
      rows: people.map(([id, first, last]) => ({
        registrant_id: id,
        first_name: first,
        last_name: last,
        email: `${id.toLowerCase()}@x.org`,
        status: 'approved',
        registered_at: '2026-05-01T00:00:00Z',
      })),
    })
  const row = (id: string, name: string, from: string, to: string) => ({
    user_id: `${id}-${from}`,
    registrant_id: id,
    name,
    email: `${id.toLowerCase()}@x.org`,
    join_time: from,
    leave_time: to,
  })

  ran('one==', series, '2026-05-04T18:00:00Z', '2026-05-04T19:00:00Z')
  came('one==', series, [row('R1', 'Ada L', '2026-05-04T18:00:00Z', '2026-05-04T19:00:00Z')])
  ran('two==', series, '2026-05-11T18:00:00Z', '2026-05-11T18:30:00Z')
  came('two==', series, [
    row('R1', 'Ada L', '2026-05-11T18:00:00Z', '2026-05-11T18:30:00Z'),
    row('R2', 'Bob M', '2026-05-11T18:10:00Z', '2026-05-11T18:30:00Z'),
  ])
  ran('again==', series, '2026-05-11T18:40:00Z', '2026-05-11T19:10:00Z')
  came('again==', series, [row('R2', 'Bob M', '2026-05-11T18:40:00Z', '2026-05-11T19:10:00Z')])
  registered(series, [
    ['R1', 'Ada', 'L'],
    ['R2', 'Bob', 'M'],
    ['R3', 'Eve', 'N'],
  ])

  ran('evil==', hostile, '2026-05-12T10:00:00Z', '2026-05-12T11:00:00Z')
  came('evil==', hostile, [
    row('H1', formula, '2026-05-12T10:00:00Z', '2026-05-12T11:00:00Z'),
    row('H2', markup, '2026-05-12T10:00:00Z', '2026-05-12T10:30:00Z'),
    row('H3', '+1 555 0100', '2026-05-12T10:00:00Z', '2026-05-12T10:20:00Z'),
    row('H4', 'Comma, "quoted"\u0007', '2026-05-12T10:00:00Z', '2026-05-12T10:10:00Z'),
  ])
  registered(hostile, [
    ['H1', '=cmd|x', 'A'],
    ['H9', '@SUM(A1)', 'Z'],
  ])

  ran('short==', short, '2026-05-10T10:00:00Z', '2026-05-10T11:00:00Z')
  came('short==', short, [row('S1', 'Only One', '2026-05-10T10:00:00Z', '2026-05-10T11:00:00Z')], {
    expected_rows: 9,
    status: 'partial',
    reason: 'Zoom promised 9 rows and sent 1',
  })
  world.capture({
    stream: 'polls',
    subject: 'instance:short==',
    instance_uuid: 'short==',
    webinar_id: short,
    rows: [],
    status: 'denied',
    reason: 'scope',
  })
}

let folder: string
let read: (wanted?: string, isAll?: boolean) => Promise<AttendanceReport>
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-report-'))
  const world = new RawWorld()
  tell(world)
  await world.write(folder)
  await transform({ dataDir: folder, threads: 1 })
  read = (wanted, isAll = false) => readAttendanceReport(folder, wanted, isAll)
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The files of a zip archive, by its central directory. */
function unzipped(archive: Buffer): Record<string, string> {
  const files: Record<string, string> = {}
  const end = archive.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'))
  let at = archive.readUInt32LE(end + 16)
  for (let count = archive.readUInt16LE(end + 10); count > 0; count -= 1) {
    const size = archive.readUInt32LE(at + 20)
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset))
    const name = archive.toString('utf8', at + 46, at + 46 + Number(nameLength))
    const local = archive.readUInt32LE(at + 42)
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    const body = archive.subarray(start, start + size)
    files[name] = (archive.readUInt16LE(at + 10) === 0 ? body : inflateRawSync(body)).toString('utf8')
    at += 46 + Number(nameLength) + Number(extra) + Number(comment)
  }
  return files
}

describe('which instances a report is about', () => {
  it('the last of all without a name, and of a webinar by its id, spaced or not', async () => {
    expect((await read()).instances.map((one) => one.zoomUuid)).toEqual(['evil=='])
    const byId = await read('910 0000 0001')
    expect(byId.instances.map((one) => one.zoomUuid)).toEqual(['two==', 'again=='])
    expect((await read(String(series))).instances).toEqual(byId.instances)
  })

  it('one by its uuid, and all when asked', async () => {
    expect((await read('one==')).instances.map((one) => one.zoomUuid)).toEqual(['one=='])
    expect((await read('one==', true)).instances.map((one) => one.zoomUuid)).toEqual([
      'one==',
      'two==',
      'again==',
    ])
  })

  it('one by part of a topic, where it fits one', async () => {
    expect((await read('CLASS')).webinar.zoomWebinarId).toBe(series)
    await expect(read('evening')).rejects.toThrow(
      /“evening” fits 2 webinars; name one by its id:\n {2}Evening (class|of)/,
    )
    await expect(read('nothing such')).rejects.toThrow(
      /No webinar's topic has “nothing such” in it.*rollcall sql/,
    )
    await expect(read('99999999999')).rejects.toThrow(
      /No webinar 99999999999 is known.*sync --webinar 99999999999/,
    )
    await expect(read("' or 1=1 --")).rejects.toThrow(/No webinar's topic/)
  })
})

describe('what a report says', () => {
  it('adds up what one person did in an evening that was restarted', async () => {
    const report = await read(String(series))
    expect(report.people.map((one) => [one.name, one.present_seconds, one.sessions, one.instances])).toEqual([
      ['Bob M', 50 * 60, 2, 2],
      ['Ada L', 30 * 60, 1, 1],
    ])
    expect(report.people[0]).toMatchObject({
      firstJoin: '2026-05-11T18:10:00.000Z',
      lastLeave: '2026-05-11T19:10:00.000Z',
      share_percent: 83.3,
      isRegistered: true,
    })
    expect(report.figures).toMatchObject({ registered: 3, registeredCame: 2, attendanceRate_percent: 66.7 })
    expect(report.noShows.map((one) => one.name)).toEqual(['Eve N'])
    expect(report.timeline.length).toBeGreaterThan(50)
  })

  it('counts somebody absent from one evening as a no-show of that evening only', async () => {
    expect((await read('one==')).noShows.map((one) => one.name)).toEqual(['Bob M', 'Eve N'])
    expect((await read('one==', true)).noShows.map((one) => one.name)).toEqual(['Eve N'])
  })

  it('tells times in the zone of the webinar, where it may be another day', async () => {
    const report = await read('one==')
    expect(whenItRan(report, 'Pacific/Auckland')).toBe(
      '2026-05-05 06:00 to 07:00 (Pacific/Auckland), instance 1 of 3',
    )
    expect(whenItRan(await read(String(series)), 'UTC')).toBe(
      '2026-05-11 18:00 to 19:10 (UTC), instance 2 of 3, restarted once',
    )
    expect(whenItRan(await read(String(series), true), 'UTC')).toBe(
      '2026-05-04 18:00 to 2026-05-11 19:10 (UTC), all 3 instances',
    )
  })

  it('says first whether the data is complete', async () => {
    expect(verdict(await read('one=='))).toBe('Complete: every join and leave Zoom has is here.')
    const partial = await read('short==')
    expect(partial.isAttendanceComplete).toBe(false)
    expect(verdict(partial)).toBe(
      'Not complete: partial, 1 of 9 join/leave rows. Why, and what to do: rollcall verify. Not all of it is here: polls (denied).',
    )
  })

  it('agrees with the warehouse on every instance', async () => {
    const instance = await DuckDBInstance.create(path.join(folder, 'rollcall.duckdb'), {
      access_mode: 'READ_ONLY',
    })
    const connection = await instance.connect()
    const marts = await connection.runAndReadAll(
      'select zoom_uuid, actual_participant_count, total_duration, attendee_count from marts.zoom_webinar_instances',
    )
    const rows = marts.getRowsJson()
    connection.closeSync()
    instance.closeSync()
    expect(rows).toHaveLength(5)
    for (const [uuid, participants, total, attendees] of rows) {
      const report = await read(`${uuid}`)
      if (report.instances.length > 1) continue
      expect(report.people).toHaveLength(Number(participants))
      expect(report.figures.attendees).toBe(Number(attendees))
      expect(report.people.reduce((sum, one) => sum + one.present_seconds, 0)).toBe(Number(total))
    }
  })
})

describe('a report for a spreadsheet', () => {
  it('as CSV has everybody, and no name that is run as a formula', async () => {
    const csv = attendanceCsv(await read('evil=='), 'UTC')
    expect(csv.startsWith('\ufeff')).toBe(true)
    const rows = parse(csv, { bom: true, columns: true }) as Record<string, string>[]
    expect(rows.map((row) => [row.attended, row.name, row.minutes, row.data])).toEqual([
      ['yes', `'${formula}`, '60', 'complete'],
      ['yes', markup, '30', 'complete'],
      ['yes', `'+1 555 0100`, '20', 'complete'],
      ['yes', 'Comma, "quoted" ', '10', 'complete'],
      ['no', `'@SUM(A1) Z`, '', 'complete'],
    ])
    for (const row of rows) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^\s*[=+\-@]/)
    expect(attendanceCsv(await read('short=='), 'UTC')).toContain(',not complete\r\n')
  })

  it('as a workbook has every text as text, times as times, and opens', async () => {
    const files = unzipped(await attendanceXlsx(await read('evil=='), 'Europe/Berlin'))
    const sheets = Object.keys(files).filter((name) => /^xl\/worksheets\/\w+\.xml$/.test(name))
    expect(sheets).toHaveLength(3)
    const all = Object.values(files).join('')
    expect(all).not.toMatch(/<f>|<f /)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a workbook must not have
    expect(all).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/)
    expect(all).toContain('=HYPERLINK(')
    expect(all).toContain('&lt;script&gt;')
    expect(files['xl/worksheets/sheet1.xml']).toBeDefined()
    // 2026-05-12 12:00 in Berlin, as spreadsheets count days.
    expect(files['xl/worksheets/sheet2.xml']).toContain('<v>46154.5</v>')
    expect(all).toContain('Complete: every join and leave')
  })
})

describe('a report as a page', () => {
  it('says on top whether it is complete, has everybody, escapes them, and loads nothing', async () => {
    const page = attendancePage(await read('evil=='), 'UTC')
    expect(page.indexOf('Complete: every join')).toBeLessThan(page.indexOf('<main>'))
    expect(page).toContain('Evening of &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;')
    expect(page.match(/<tr><td>/g)).toHaveLength(5)
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|@import|url\(/i)
    expect(page).not.toMatch(/NaN|undefined|null/)
    expect(page).toMatch(/aria-label="Present at once, 10:00 to \d\d:\d\d; at most 4 at 10:00"/)
    expect(attendancePage(await read('evil=='), 'UTC')).toBe(page)
  })
})

describe('rollcall report', () => {
  const run = (...args: string[]) => rollcall(['report', ...args, '--data-dir', folder], {}, folder)

  it('prints, speaks JSON, and writes files by their ending', { timeout: 120_000 }, async () => {
    const [text, json, ...files] = await Promise.all([
      run('evil=='),
      run('evil==', '--json'),
      ...['xlsx', 'html'].map((ending) => run('short==', '--out', path.join(folder, `out.${ending}`))),
    ])
    expect(text.stdout.split('\n').slice(0, 3)).toEqual([
      `Evening of ${markup}`,
      '2026-05-12 10:00 to 11:00 (UTC)',
      'Complete: every join and leave Zoom has is here.',
    ])
    expect(text.stdout).toMatch(/Registered and did not come:\n.*\n.*@SUM\(A1\) Z/)
    expect(JSON.parse(json.stdout)).toEqual(JSON.parse(JSON.stringify(await read('evil=='))))
    for (const { code, stderr, stdout } of files) {
      expect([code, stdout]).toEqual([0, ''])
      expect(stderr).toMatch(/The report is .*out\.\w+\nNot complete: partial/)
    }
    expect((await readFile(path.join(folder, 'out.xlsx'))).subarray(0, 2).toString()).toBe('PK')
    expect(await readFile(path.join(folder, 'out.html'), 'utf8')).toContain('class="lacking"')
    expect((await readdir(folder)).filter((name) => name.includes('.tmp'))).toEqual([])
  })

  it('says what is wrong with a name', { timeout: 120_000 }, async () => {
    const results = await Promise.all([
      run('--out', 'x.doc'),
      run('evil==', '--out', path.join(folder, 'no', 'x.csv')),
      run('evil==', '--timezone', 'Mars/Base'),
    ])
    expect(results.map(({ code }) => code)).toEqual([2, 1, 2])
    expect(results[0]?.stderr).toMatch(/x\.doc: name it \.csv, \.xlsx or \.html/)
    expect(results[1]?.stderr).toMatch(/cannot be written to .*x\.csv \(ENOENT\)/)
  })
})

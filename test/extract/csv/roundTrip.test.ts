import fc from 'fast-check'
import { DateTime } from 'luxon'
import { expect, it } from 'vitest'
import { allOf, readText } from './reading.ts'

/** Days without a change of the clock, so that every wall-clock time is one moment. */
const days = ['2024-01-15', '2024-06-15', '2026-08-09'].map((day) => Date.parse(`${day}T00:00:00Z`))
const zones = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe']
const formats = [
  'LLL dd, yyyy HH:mm:ss',
  'LLL d, yyyy h:mm:ss a',
  'MM/dd/yyyy hh:mm:ss a',
  'yyyy-MM-dd HH:mm:ss',
]

const text = fc
  .string({ unit: fc.constantFrom('a', 'B', 'é', '張', '"', ',', ';', '\t', '\n', '=', "'", ' ', '-') })
  .map((each) => each.trim())
  .filter((each) => each !== '' && !/^-*$/.test(each))
const seconds = fc.integer({ min: 0, max: 20_000 })
const people = fc.uniqueArray(
  fc.record({
    email: fc.nat(10_000).map((each) => `p${each}@example.com`),
    first: text,
    last: text,
    answer: text,
    cameAt: fc.option(seconds),
    stayed: seconds,
    registered: fc.integer({ min: 1, max: 1_000_000 }),
  }),
  { selector: (each) => each.email, minLength: 1, maxLength: 12 },
)
const style = fc.record({
  zone: fc.constantFrom(...zones),
  format: fc.constantFrom(...formats),
  delimiter: fc.constantFrom(',', ';', '\t'),
  end: fc.constantFrom('\n', '\r\n'),
  mark: fc.constantFrom('', '\ufeff'),
  encoding: fc.constantFrom<BufferEncoding[]>('utf8', 'utf16le'),
  padding: fc.nat(3),
  hostsFirst: fc.boolean(),
  start: fc.record({ day: fc.constantFrom(...days), minute: fc.integer({ min: 0, max: 1_439 }) }),
  chunk_bytes: fc.integer({ min: 5, max: 5_000 }),
})

it('what a report is written of is read from it, in every layout and time zone', async () => {
  await fc.assert(
    fc.asyncProperty(people, style, async (guests, how) => {
      const start_ms = how.start.day + how.start.minute * 60_000
      const show = (moment_ms: number): string =>
        DateTime.fromMillis(moment_ms, { zone: how.zone, locale: 'en-US' }).toFormat(how.format)
      const line = (...cells: string[]): string =>
        cells
          .map((each) => (/[",;\t\n\r]/.test(each) ? `"${each.replaceAll('"', '""')}"` : each))
          .join(how.delimiter) +
        how.delimiter.repeat(how.padding) +
        how.end
      const hosts =
        line('Host Details') +
        line('Attended', 'User Name', 'Email', 'Join Time', 'Leave Time', 'Time in Session (minutes)') +
        line('Yes', 'Hanna', 'h@example.com', show(start_ms), show(start_ms + 90_000), '2')
      const attendees =
        line('Attendee Details') +
        line(
          'Attended',
          'First Name',
          'Last Name',
          'Email',
          'Registration Time',
          'Approval Status',
          'Join Time',
          'Leave Time',
          'Time in Session (minutes)',
          'Why?',
        ) +
        guests
          .map(({ cameAt, ...guest }) => {
            const registered = show(start_ms - guest.registered * 1_000)
            const shared = [guest.first, guest.last, guest.email, registered, 'approved']
            if (cameAt === null) return line('No', ...shared, '--', '--', '--', guest.answer)
            const join_ms = start_ms + cameAt * 1_000
            const minutes = String(Math.ceil(guest.stayed / 60))
            return line(
              'Yes',
              ...shared,
              show(join_ms),
              show(join_ms + guest.stayed * 1_000),
              minutes,
              guest.answer,
            )
          })
          .join('')
      const head =
        line('Attendee Report') +
        line('Report Generated:', show(start_ms)) +
        line('Topic', 'Webinar ID', 'Actual Start Time', 'Actual Duration (minutes)') +
        line('Topic', '123 4567 8901', show(start_ms), '400')
      const content = how.mark + head + (how.hostsFirst ? hosts + attendees : attendees + hosts)

      const report = await readText(Buffer.from(content, how.encoding), {
        timezone: how.zone,
        chunk_bytes: how.chunk_bytes,
      })
      const participants = await allOf(report, 'participants')
      const registrants = await allOf(report, 'registrants')

      expect(report.header.startTime).toBe(new Date(start_ms).toISOString())
      expect([...participants.rejects, ...registrants.rejects, ...report.notes]).toEqual([])
      const came = participants.rows.map(({ row }) => row).filter(({ role }) => role === 'attendee')
      expect(
        came.map(({ name, email, join_time, leave_time }) => ({ name, email, join_time, leave_time })),
      ).toEqual(
        guests.flatMap(({ first, last, email, cameAt, stayed }) => {
          if (cameAt === null) return []
          const join_time = start_ms + cameAt * 1_000
          return [{ name: `${first} ${last}`, email, join_time, leave_time: join_time + stayed * 1_000 }]
        }),
      )
      expect(
        registrants.rows.map(({ row }) => [
          row.email,
          row.first_name,
          row.last_name,
          row.registered_at,
          row.custom_answers,
        ]),
      ).toEqual(
        guests.map(({ email, first, last, registered, answer }) => {
          const answers = JSON.stringify([{ title: 'Why?', value: answer }])
          return [email, first, last, start_ms - registered * 1_000, answers]
        }),
      )
    }),
    { numRuns: 150 },
  )
})

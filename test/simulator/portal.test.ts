import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { createAccount } from '../../simulator/account.ts'
import { connectionsOf } from '../../simulator/figures.ts'
import { attendeeReportCsv } from '../../simulator/portal.ts'
import { now } from './client.ts'

const account = createAccount({ now })
const instance = account.webinars[1]?.instances[0] as (typeof account.instances)[number]

/** Sections by title, each without its two heading lines. */
function sections(csv: string): Map<string, string[][]> {
  const lines: string[][] = parse(csv, { relax_column_count: true, bom: true })
  const titles = ['Host Details', 'Panelist Details', 'Attendee Details', 'Other Attended']
  const found = new Map<string, string[][]>()
  let current: string[][] = []
  for (const line of lines) {
    if (titles.includes(line[0] as string)) {
      current = []
      found.set(line[0] as string, current)
    } else current.push(line)
  }
  for (const section of found.values()) section.shift()
  return found
}

test.each(['old', 'new'] as const)(
  'the %s report has a line for every connection and every absent registrant',
  (columnSet) => {
    const found = sections(attendeeReportCsv(account, instance.uuid, { columnSet }))
    const of = (fits: (p: (typeof instance.participants)[number]) => boolean) =>
      instance.participants.filter(fits).flatMap(connectionsOf).length
    expect(found.get('Host Details')?.length).toBe(of((p) => p.role === 'host'))
    expect(found.get('Panelist Details')?.length ?? 0).toBe(of((p) => p.role === 'panelist'))
    const attendees = found.get('Attendee Details') ?? []
    expect(attendees.filter(([attended]) => attended === 'Yes').length).toBe(
      of((p) => p.role === 'attendee' && !p.isPhone),
    )
    const approved = instance.webinar.registrants.filter((r) => r.status === 'approved').length
    const came = instance.participants.filter((p) => p.registrant !== null).length
    expect(attendees.filter(([attended]) => attended === 'No').length).toBe(approved - came)
    expect(found.get('Other Attended')?.length).toBe(of((p) => p.isPhone))
  },
)

test('times are those of the zone, in the style of the column set', () => {
  const at = (csv: string) => sections(csv).get('Host Details')?.[0]?.[3]
  const utc = new Date(instance.start * 1000)
  const berlin = new Date((instance.start + 2 * 3600) * 1000)
  const old = at(attendeeReportCsv(account, instance.uuid, { columnSet: 'old', timezone: 'Europe/Berlin' }))
  const recent = at(attendeeReportCsv(account, instance.uuid, { columnSet: 'new' }))
  expect(old).toMatch(/^[A-Z][a-z]{2} \d{2}, \d{4} \d{2}:\d{2}:\d{2}$/)
  expect(Math.abs(Date.parse(`${old} UTC`) - berlin.getTime())).toBeLessThan(3 * 3_600_000)
  expect(recent).toMatch(/^\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}:\d{2} [AP]M$/)
  expect(new Date(`${recent} UTC`).getUTCDate()).toBe(utc.getUTCDate())
  expect(Date.parse(`${old} UTC`) - Date.parse(`${recent} UTC`)).toBe(2 * 3_600_000)
})

test('a byte order mark comes when asked for', () => {
  expect(attendeeReportCsv(account, instance.uuid, { withBom: true }).charCodeAt(0)).toBe(0xfeff)
  expect(attendeeReportCsv(account, instance.uuid)).toMatch(/^Attendee Report,\n/)
})

test('an unknown instance is an error', () => {
  expect(() => attendeeReportCsv(account, 'nowhere')).toThrow('no instance nowhere')
})

import { connectionsOf, figuresOf } from './figures.ts'
import type { Account, Instance, Participant, Registrant, Row } from './model.ts'

export interface PortalOptions {
  /** IANA zone of the person who exports. Default `UTC`. */
  timezone?: string
  withBom?: boolean
  /** `old` as of 2020, `new` with the original name, guest mark and American dates. Default `new`. */
  columnSet?: 'old' | 'new'
}

/**
 * The attendee report that Zoom's portal would export for an instance: sections for host, panelists, attendees
 * (those who stayed away among them) and callers. Times are the zone's, to the second but for callers; the report
 * does not name its zone. Throws RangeError for an unknown instance.
 */
export function attendeeReportCsv(
  account: Account,
  instanceUuid: string,
  options: PortalOptions = {},
): string {
  const { timezone = 'UTC', withBom = false, columnSet = 'new' } = options
  const instance = account.instances.find(({ uuid }) => uuid === instanceUuid)
  if (instance === undefined) throw new RangeError(`no instance ${instanceUuid}`)
  const write = writer(timezone, columnSet)
  const lines = [
    ...heading(account, instance, write),
    ...section(instance, write, 'host', 'Host Details'),
    ...section(instance, write, 'panelist', 'Panelist Details'),
    ...attendees(instance, write),
    ...callers(instance, write),
  ]
  return `${withBom ? '\uFEFF' : ''}${lines.join('\n')}\n`
}

interface Writer {
  isNew: boolean
  /** Stands where there is nothing to say. */
  blank: string
  line(...cells: (string | number)[]): string
  second(seconds: number): string
  minute(seconds: number): string
}

function writer(timezone: string, columnSet: 'old' | 'new'): Writer {
  const isNew = columnSet === 'new'
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    year: 'numeric',
    month: isNew ? '2-digit' : 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  const parts = (seconds: number) =>
    Object.fromEntries(format.formatToParts(seconds * 1000).map(({ type, value }) => [type, value]))
  const date = (p: Record<string, string>) =>
    isNew ? `${p.month}/${p.day}/${p.year}` : `${p.month} ${p.day}, ${p.year}`
  const twelve = (p: Record<string, string>, seconds: string) => {
    const hour = Number(p.hour)
    const shown = String(hour % 12 === 0 ? 12 : hour % 12)
    return `${date(p)} ${isNew ? shown.padStart(2, '0') : shown}:${p.minute}${seconds} ${hour < 12 ? 'AM' : 'PM'}`
  }
  return {
    isNew,
    blank: isNew ? '--' : '',
    line: (...cells) => cells.map(quoted).join(','),
    second: (at) => {
      const p = parts(at)
      return isNew ? twelve(p, `:${p.second}`) : `${date(p)} ${p.hour}:${p.minute}:${p.second}`
    },
    minute: (at) => {
      const p = parts(at)
      return isNew ? twelve(p, `:${p.second}`) : twelve(p, '')
    },
  }
}

function quoted(cell: string | number): string {
  return typeof cell === 'number' ? String(cell) : `"${cell.replaceAll('"', '""')}"`
}

function heading(account: Account, instance: Instance, write: Writer): string[] {
  const { webinar } = instance
  const figures = figuresOf(instance)
  const id = String(webinar.id)
  const shownId = write.isNew
    ? `${id.slice(0, 3)} ${id.slice(3, 7)} ${id.slice(7)}`
    : `${id.slice(0, 3)}-${id.slice(3, 7)}-${id.slice(7)}`
  const registered = webinar.registrants.filter((r) => r.status === 'approved' && isFor(r, instance)).length
  return [
    'Attendee Report,',
    `Report Generated:,${quoted(write.minute(account.now))}`,
    `Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,Max Concurrent Views${write.isNew ? ',Enable Registration' : ''}`,
    write.line(
      webinar.topic,
      shownId,
      write.minute(instance.start),
      Math.ceil((instance.end - instance.start) / 60),
      registered,
      0,
      figures.attendees - figures.phoneAttendees,
      figures.connections,
      figures.viewerPeak.count,
      ...(write.isNew ? [webinar.hasRegistration ? 'Yes' : 'No'] : []),
    ),
  ]
}

const isFor = (registrant: Registrant, { occurrenceId }: Instance) =>
  registrant.occurrenceId === null || registrant.occurrenceId === occurrenceId

const minutes = (row: Row) => Math.ceil((row.leave - row.join) / 60)
const country = 'United States of America'

function section(instance: Instance, write: Writer, role: 'host' | 'panelist', title: string): string[] {
  const people = instance.participants.filter((participant) => participant.role === role)
  if (people.length === 0) return []
  const name = write.isNew ? 'User Name (Original Name)' : 'User Name'
  return [
    `${title},`,
    `Attended,${name},Email,Join Time,Leave Time,Time in Session (minutes),${write.isNew ? 'Is Guest,' : ''}Country/Region Name`,
    ...people.flatMap((participant) =>
      connectionsOf(participant).map((row) =>
        write.line(
          'Yes',
          row.name,
          row.email === '' ? write.blank : row.email,
          write.second(row.join),
          write.second(row.leave),
          minutes(row),
          ...(write.isNew ? [row.isInternal ? 'No' : 'Yes'] : []),
          country,
        ),
      ),
    ),
  ]
}

function attendees(instance: Instance, write: Writer): string[] {
  const { webinar } = instance
  const people = instance.participants.filter(({ role, isPhone }) => role === 'attendee' && !isPhone)
  const came = figuresOf(instance).registrantsAttended
  const absent = webinar.registrants.filter(
    (r) => r.status === 'approved' && isFor(r, instance) && !came.has(r),
  )
  const absentLine = (r: Registrant) =>
    write.line(
      'No',
      ...(write.isNew ? [`${r.human.firstName} ${r.human.lastName}`] : []),
      r.human.firstName,
      r.human.lastName,
      r.email,
      write.second(r.createdAt),
      r.status,
      write.blank,
      write.blank,
      write.blank,
      ...(write.isNew ? [write.blank] : []),
      write.blank,
    )
  return [
    'Attendee Details,',
    `Attended,${write.isNew ? 'User Name (Original Name),' : ''}First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes),${write.isNew ? 'Is Guest,' : ''}Country/Region Name`,
    ...people.flatMap((participant) => attendeeLines(participant, write)),
    ...absent.map(absentLine),
  ]
}

/** A person's first line carries the registration, the later ones do not. */
function attendeeLines(participant: Participant, write: Writer): string[] {
  const { registrant, human } = participant
  return connectionsOf(participant).map((row, index) => {
    const shown = index === 0 ? registrant : null
    return write.line(
      'Yes',
      ...(write.isNew ? [row.name] : []),
      human?.firstName ?? row.name,
      human?.lastName ?? '',
      row.email === '' ? write.blank : row.email,
      shown === null ? write.blank : write.second(shown.createdAt),
      shown === null ? write.blank : shown.status,
      write.second(row.join),
      write.second(row.leave),
      minutes(row),
      ...(write.isNew ? [row.isInternal ? 'No' : 'Yes'] : []),
      country,
    )
  })
}

function callers(instance: Instance, write: Writer): string[] {
  const rows = instance.participants.filter(({ isPhone }) => isPhone).flatMap(connectionsOf)
  if (rows.length === 0) return []
  return [
    'Other Attended,',
    `User Name,Join Time,Leave Time,Time in Session (minutes),Country/Region Name`,
    ...rows.map((row) =>
      write.line(row.name, write.minute(row.join), write.minute(row.leave), minutes(row), country),
    ),
  ]
}

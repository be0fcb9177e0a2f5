import { DateTime } from 'luxon'
import { count, counted, decimal } from '../terminal/format.ts'
import { streamNames } from '../verify/words.ts'
import type { AttendanceReport } from './attendanceReport.ts'

/** Words and figures that every format of a report shares. */

/** The zone times are told in: the one asked for, else the webinar's, else UTC. */
export function zoneOf({ webinar }: AttendanceReport, asked: string | undefined): string {
  const zone = asked ?? webinar.timezone ?? 'UTC'
  return DateTime.local({ zone }).isValid ? zone : 'UTC'
}

/** `2026-05-10 18:00`; a dash for none. */
export function momentIn(iso: string | null, zone: string): string {
  return iso === null ? '–' : DateTime.fromISO(iso, { zone }).toFormat('yyyy-LL-dd HH:mm')
}

/** `18:00`; a dash for none. */
export function clockIn(iso: string | null, zone: string): string {
  return iso === null ? '–' : DateTime.fromISO(iso, { zone }).toFormat('HH:mm')
}

/** `57.3`. */
export function minutes(seconds: number): number {
  return Math.round(seconds / 6) / 10
}

/** Whether the figures can be relied on, in a sentence or two. */
export function verdict(report: AttendanceReport): string {
  const { isAttendanceComplete, missing } = report
  const participants = missing.filter((one) => one.stream === 'participants')
  const others = missing.filter((one) => one.stream !== 'participants')
  const named = others.length === 0 ? '' : ` Not all of it is here: ${list(others)}.`
  if (isAttendanceComplete) return `Complete: every join and leave Zoom has is here.${named}`
  if (participants.length === 0) return `Not complete: attendance was not read yet.${named}`
  const told = participants.map(
    (one) =>
      `${one.status.replaceAll('_', ' ')}, ${count(one.captured)}${one.expected === null ? '' : ` of ${count(one.expected)}`} join/leave rows`,
  )
  return `Not complete: ${told.join('; ')}. Why, and what to do: rollcall verify.${named}`
}

function list(others: AttendanceReport['missing']): string {
  const byStatus = Map.groupBy(others, (one) => one.status)
  return [...byStatus]
    .map(
      ([status, ones]) =>
        `${streamNames({ streams: [...new Set(ones.map((one) => one.stream))] })} (${status.replaceAll('_', ' ')})`,
    )
    .join(', ')
}

/** What the report is of: when it ran, and which of how many. */
export function whenItRan(report: AttendanceReport, zone: string): string {
  const { instances, webinar } = report
  const [first] = instances
  const last = instances.at(-1)
  if (first === undefined || last === undefined) return ''
  const span = `${momentIn(first.startTime, zone)} to ${sameDay(first.startTime, last.endTime, zone) ? clockIn(last.endTime, zone) : momentIn(last.endTime, zone)} (${zone})`
  const restarts = instances.filter((one) => one.restartNumber > 0).length
  const isAll = instances.length === webinar.instances && instances.length - restarts > 1
  const which =
    webinar.instances === instances.length && !isAll
      ? ''
      : isAll
        ? `, all ${instances.length} instances`
        : `, instance ${first.number} of ${webinar.instances}`
  const again = restarts > 0 && !isAll ? `, restarted ${restarts === 1 ? 'once' : `${restarts} times`}` : ''
  return `${span}${which}${again}`
}

function sameDay(a: string | null, b: string | null, zone: string): boolean {
  return momentIn(a, zone).slice(0, 10) === momentIn(b, zone).slice(0, 10)
}

/** The figures, as label and value. */
export function figureLines({ figures, instances, webinar, noShows }: AttendanceReport): [string, string][] {
  const peak = Math.max(0, ...instances.map((one) => one.peakConcurrent))
  const percent = figures.attendanceRate_percent
  const registered: [string, string][] = webinar.hasRegistration
    ? [
        ['Registered', count(figures.registered)],
        [
          'Of them came',
          `${count(figures.registeredCame)}${percent === null ? '' : ` (${decimal(percent)} %)`}`,
        ],
        ['No-shows', count(noShows.length)],
      ]
    : []
  const roles = [
    figures.panelists > 0 && counted(figures.panelists, 'panelist'),
    figures.hosts > 0 && counted(figures.hosts, 'host'),
  ].filter((one) => one !== false)
  return [
    ...registered,
    ['Attendees', `${count(figures.attendees)}${roles.length > 0 ? ` (and ${roles.join(', ')})` : ''}`],
    ['At once at most', count(peak)],
    ['Minutes, average', `${decimal(figures.averageMinutes)} (median ${decimal(figures.medianMinutes)})`],
    ['Stayed to the end', count(figures.stayedToEnd)],
    ['Engagement, 0 to 100', decimal(figures.averageEngagement)],
    ['Poll answers, questions', `${count(figures.pollsAnswered)}, ${count(figures.questionsAsked)}`],
  ]
}

import { count, decimal } from '../terminal/format.ts'
import { type Output, plain } from '../terminal/output.ts'
import type { AttendanceReport } from './attendanceReport.ts'
import { clockIn, figureLines, minutes, verdict, whenItRan } from './words.ts'

/** A page of a terminal; the other formats have everybody. */
const people_shown = 25
const no_shows_shown = 15

/** Prints a report: whether it is complete, the figures, who came the longest, and who did not. */
export function showAttendanceReport(report: AttendanceReport, zone: string, output: Output): void {
  const { webinar, people, noShows } = report
  output.print(plain(webinar.topic ?? `Webinar ${webinar.zoomWebinarId}`))
  output.print(whenItRan(report, zone))
  output.print(`${plain(verdict(report))}\n`)
  const figures = figureLines(report)
  const width = Math.max(...figures.map(([label]) => label.length))
  for (const [label, value] of figures) output.print(`${label.padEnd(width)}  ${value}`)
  if (people.length > 0) {
    output.print('\nWho came:')
    output.table(
      ['name', 'e-mail', 'role', 'joined', 'left', 'min', 'sessions', '%', 'engaged'],
      people
        .slice(0, people_shown)
        .map((one) => [
          (one.name ?? '').slice(0, 32),
          (one.email ?? '').slice(0, 36),
          one.role,
          clockIn(one.firstJoin, zone),
          clockIn(one.lastLeave, zone),
          decimal(minutes(one.present_seconds)),
          count(one.sessions),
          decimal(one.share_percent),
          decimal(one.engagement),
        ]),
    )
    more(people.length - people_shown)
  }
  if (noShows.length > 0) {
    output.print('\nRegistered and did not come:')
    output.table(
      ['name', 'e-mail', 'organization'],
      noShows
        .slice(0, no_shows_shown)
        .map((one) => [one.name ?? '', one.email ?? '', one.organization ?? '']),
    )
    more(noShows.length - no_shows_shown)
  }

  function more(left: number): void {
    if (left > 0) output.print(`… and ${count(left)} more: --out FILE.csv, .xlsx or .html has all`)
  }
}

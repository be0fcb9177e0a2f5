import { pageText as text } from '../pageText.ts'
import { count, decimal } from '../terminal/format.ts'
import { pageStyle } from '../verify/pageStyle.ts'
import type { AttendanceReport } from './attendanceReport.ts'
import { attendeeSheet, type Cell, noShowSheet, type Sheet } from './rows.ts'
import { clockIn, figureLines, verdict, whenItRan } from './words.ts'

const style = `${pageStyle}
.topic { margin: .25rem 0 0; font-size: 2rem; font-weight: 700; line-height: 1.2 }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; margin: 1.5rem 0 0 }
dt { color: var(--quiet); font-size: .875rem }
dd { margin: 0; font-size: 1.15rem; font-weight: 600 }
figure { margin: 1.5rem 0 0 }
svg { display: block; width: 100%; height: auto }
td.figure { white-space: nowrap }
figcaption { color: var(--quiet); font-size: .875rem }
`

/**
 * A report as one self-contained page that can be mailed: no script, nothing loaded from elsewhere. It names people:
 * it is for whoever held the webinar. The same catalog always gives the same page.
 */
export function attendancePage(report: AttendanceReport, zone: string): string {
  const { webinar, isAttendanceComplete, people, noShows } = report
  const topic = webinar.topic ?? `Webinar ${webinar.zoomWebinarId}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Attendance: ${text(topic)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Attendance</h1>
<p class="topic">${text(topic)}</p>
<p class="account">${text(whenItRan(report, zone))}</p>
<p class="${isAttendanceComplete ? 'good' : 'lacking'}"><b>${text(verdict(report))}</b></p>
<p class="quiet">Webinar ${webinar.zoomWebinarId}. Minutes are true presence: two devices at once count once. Times are of ${text(zone)}. Read ${text(report.asOf === null ? 'never' : `${report.asOf.slice(0, 16).replace('T', ' ')} UTC`)}.</p>
</header>
<main>
<dl>${figureLines(report)
    .map(([name, value]) => `<div><dt>${text(name)}</dt><dd>${text(value)}</dd></div>`)
    .join('')}</dl>
${curve(report, zone)}
${people.length === 0 ? '' : `<section><h2>Who came</h2>${table(attendeeSheet(report, zone))}</section>`}
${noShows.length === 0 ? '' : `<section><h2>Registered and did not come</h2>${table(noShowSheet(report, zone))}</section>`}
</main>
</body>
</html>
`
}

function table({ columns, rows }: Sheet): string {
  const head = columns.map(({ name }) => `<th scope="col">${text(name.replaceAll('_', ' '))}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map(cellOf).join('')}</tr>`).join('\n')
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`
}

function cellOf(cell: Cell): string {
  if (cell === null) return '<td></td>'
  if ('text' in cell) return `<td>${text(cell.text)}</td>`
  if ('moment' in cell) return `<td class="figure">${text(cell.moment)}</td>`
  return `<td class="figure">${Number.isInteger(cell.figure) ? count(cell.figure) : decimal(cell.figure)}</td>`
}

const width = 1000
const height = 180

/** How many were there, minute by minute, of one evening; days apart are no curve. */
function curve({ timeline, instances }: AttendanceReport, zone: string): string {
  const first = timeline[0]
  const last = timeline.at(-1)
  if (first === undefined || last === undefined) return ''
  const start_ms = Date.parse(first.minute)
  const span_ms = Date.parse(last.minute) + 60_000 - start_ms
  if (span_ms > 36 * 3_600_000) return ''
  const peak = Math.max(1, ...timeline.map(({ present }) => present))
  const steps = timeline.map(({ minute, present }) => {
    const x = (at_ms: number) => ((width * (at_ms - start_ms)) / span_ms).toFixed(1)
    const at_ms = Date.parse(minute)
    return `L${x(at_ms)} ${y(present)}H${x(at_ms + 60_000)}`
  })
  function y(present: number): string {
    return (height - (height * present) / peak).toFixed(1)
  }
  const peakAt = instances.toSorted((a, b) => b.peakConcurrent - a.peakConcurrent)[0]?.peakAt ?? null
  const caption = `Present at once, ${clockIn(first.minute, zone)} to ${clockIn(last.minute, zone)}; at most ${count(peak)}${peakAt === null ? '' : ` at ${clockIn(peakAt, zone)}`}`
  return `<figure><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${text(caption)}" preserveAspectRatio="none"><path d="M0 ${height}${steps.join('')}V${height}Z" fill="currentColor" opacity=".35"/></svg><figcaption>${text(caption)}</figcaption></figure>`
}

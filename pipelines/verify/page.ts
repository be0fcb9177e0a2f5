import { accountLine } from '../completeness.ts'
import { pageText as text } from '../pageText.ts'
import { count, counted } from '../terminal/format.ts'
import type { LedgerLine } from './ledger.ts'
import type { Affected, Matter } from './matters.ts'
import { pageStyle } from './pageStyle.ts'
import type { FigureDifference, VerifyReport } from './report.ts'
import { howMany, rowsOf } from './text.ts'
import { affectedName, figureName, statusName, streamNames, timeName, withoutAddresses } from './words.ts'

/**
 * The report as one self-contained page, to be sent to somebody: no script, nothing loaded from elsewhere, nobody's
 * name or address. The same catalog always gives the same page.
 */
export function verifyPage(report: VerifyReport): string {
  const { matters, figures, ledger } = report
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Attendance records: what Zoom has and what was captured</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>Attendance records</h1>
<p class="verdict ${report.isComplete ? 'good' : 'lacking'}">${headline(report)}</p>
<p class="account">${text(accountLine(report))}</p>
<p class="quiet">As of ${text(report.asOf === null ? 'no capture yet' : timeName(report.asOf))}. A row is one join and leave as Zoom records it; a participant is one person in one instance of a webinar.</p>
</header>
<main>
${matters.length === 0 ? '' : `<section><h2>What is missing, and what to do</h2>${matters.map(matterBlock).join('\n')}</section>`}
${ledger.length === 0 ? '' : `<section><h2>Every instance beside Zoom’s own figures</h2>${ledgerTable(ledger)}</section>`}
${figures.length === 0 ? '' : figuresSection(figures)}
</main>
</body>
</html>
`
}

function headline({ isComplete, instances, matters }: VerifyReport): string {
  if (!isComplete) return `${counted(matters.length, 'matter needs', 'matters need')} attention`
  return instances === 0 ? 'Nothing was captured yet' : 'Nothing is missing'
}

function matterBlock(matter: Matter): string {
  return `<article>
<h3>${status(matter.status)} ${text(streamNames(matter))} of ${text(howMany(matter.affected))}</h3>
${matter.reason === null ? '' : `<p><b>Why</b> ${text(withoutAddresses(matter.reason))}</p>`}
<p><b>What to do</b> ${text(matter.remedy)}</p>
<ul>${matter.affected.map(affectedItem).join('')}</ul>
</article>`
}

function affectedItem(affected: Affected): string {
  return `<li>${text(affectedName(affected))}${text(rowsOf(affected))}</li>`
}

function ledgerTable(ledger: readonly LedgerLine[]): string {
  const webinars = Map.groupBy(ledger, (line) => line.zoomWebinarId)
  const bodies = [...webinars].map(([id, lines]) => {
    const topic = lines.findLast((line) => line.topic !== null)?.topic ?? 'Webinar'
    const head = `<tr class="webinar"><th colspan="9" scope="rowgroup">${text(topic)} <span class="quiet">${id}</span></th></tr>`
    return `<tbody>${head}${lines.map(ledgerRow).join('')}</tbody>`
  })
  return `<div class="wide"><table>
<thead>
<tr><th rowspan="2" scope="col">Start</th><th rowspan="2" scope="col">Status</th><th colspan="2" scope="colgroup">Rows</th><th colspan="2" scope="colgroup">People</th><th colspan="2" scope="colgroup">Peak of attendees</th><th rowspan="2" scope="col">Read from</th></tr>
<tr><th scope="col">captured</th><th scope="col">Zoom</th><th scope="col">captured</th><th scope="col">Zoom</th><th scope="col">captured</th><th scope="col">Zoom</th></tr>
</thead>
${bodies.join('\n')}
</table></div>`
}

function ledgerRow(line: LedgerLine): string {
  const restart = line.restartNumber > 0 ? ` <span class="quiet">restart ${line.restartNumber}</span>` : ''
  const one = line.discoveredBy.length === 1 ? ` <span class="quiet">seen by one route only</span>` : ''
  const cells = [
    line.capturedRows,
    line.expectedRows,
    line.participants,
    line.reportedParticipants,
    line.peakAttendees,
    line.reportedPeakViewers,
  ].map((figure) => `<td class="figure">${count(figure)}</td>`)
  return `<tr><td>${text(timeName(line.startTime))}${restart}${one}</td><td>${status(line.status)}</td>${cells.join('')}<td>${text(line.source ?? '–')}</td></tr>`
}

function figuresSection(figures: readonly FigureDifference[]): string {
  const rows = figures.map(
    (one) =>
      `<tr><td>${text(one.topic ?? String(one.zoomWebinarId))}</td><td>${text(timeName(one.startTime))}</td><td>${text(figureName(one.figure, one.source))}</td><td class="figure">${count(one.promised)}</td><td class="figure">${count(one.captured)}</td><td>${text(one.note ?? '')}</td></tr>`,
  )
  return `<section><h2>Figures of Zoom’s that are not ours</h2>
<p class="quiet">A report can be wrong about itself. These are totals that Zoom states about an instance; no row is missing for them.</p>
<div class="wide"><table>
<thead><tr><th scope="col">Webinar</th><th scope="col">Start</th><th scope="col">Figure</th><th scope="col">Zoom</th><th scope="col">captured</th><th scope="col">What is compared</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div></section>`
}

function status(name: string): string {
  return `<span class="status ${['complete', 'empty'].includes(name) ? 'good' : 'lacking'}">${text(statusName(name))}</span>`
}

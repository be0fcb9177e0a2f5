import { accountLine } from '../completeness.ts'
import { count, counted } from '../terminal/format.ts'
import { type Output, plain } from '../terminal/output.ts'
import type { Affected, Matter } from './matters.ts'
import { FIGURES_AT_A_GLANCE, type VerifySummary } from './report.ts'
import { affectedName, figureName, statusName, streamNames, timeName, withoutAddresses } from './words.ts'

/** A page of a terminal; `--json` and `--html` have all of it. */
const MATTERS_SHOWN = 12
const AFFECTED_SHOWN = 4

/** Prints the report: the account in a line, then only what needs attention, then figures that are not Zoom's. */
export function showVerifyReport(report: VerifySummary, output: Output): void {
  const { instances, matters, figures, differingFigures, discovery } = report
  output.print(accountLine(report))
  if (instances === 0 && matters.length === 0) {
    output.print(
      'Zoom listed none that has run, or nothing was asked yet: rollcall sync --full, or rollcall doctor.',
    )
    return
  }
  if (matters.length === 0) output.print('Nothing is missing.')
  for (const matter of matters.slice(0, MATTERS_SHOWN)) showMatter(matter, output)
  if (matters.length > MATTERS_SHOWN)
    output.print(`\n… and ${count(matters.length - MATTERS_SHOWN)} more: rollcall verify --html FILE`)
  if (differingFigures > 0) {
    output.print(`\n${count(differingFigures)} figures of Zoom's are not ours; no row is missing for them:`)
    const shown = figures.slice(0, FIGURES_AT_A_GLANCE)
    output.table(
      ['webinar', 'start', 'figure', 'Zoom', 'captured'],
      shown.map((one) => [
        (one.topic ?? String(one.zoomWebinarId)).slice(0, 36),
        timeName(one.startTime),
        figureName(one.figure, one.source),
        count(one.promised),
        count(one.captured),
      ]),
    )
    if (differingFigures > shown.length) output.print(`… and ${count(differingFigures - shown.length)} more`)
  }
  const { corrections } = report
  if (corrections.length > 0)
    output.print(
      `\n${count(corrections.length)} of your decisions about who is one ${corrections.length === 1 ? 'has' : 'have'} no effect (${corrections.map(({ line, status }) => `line ${line} ${status === 'broken' ? 'does not hold' : status}`).join(', ')}). Why: rollcall correct`,
    )
  // With a single route open, that every instance was seen by one says nothing of any of them.
  const alone = discovery.filter(({ seenByNoOther }) => seenByNoOther > 0)
  if (alone.length > 0 && discovery.length > 1) {
    const all = alone.reduce((sum, { seenByNoOther }) => sum + seenByNoOther, 0)
    const routes = alone.map(({ route, seenByNoOther }) => `${route} ${count(seenByNoOther)}`).join(', ')
    output.print(`\n${count(all)} of ${count(instances)} instances were seen by one route only (${routes})`)
  }
}

function showMatter(matter: Matter, output: Output): void {
  const { reason, remedy, affected } = matter
  output.print(`\n${statusName(matter.status)}: ${streamNames(matter)} of ${howMany(affected)}`)
  for (const one of affected.slice(0, AFFECTED_SHOWN))
    output.print(plain(`  ${affectedName(one)}${rowsOf(one)}`))
  if (affected.length > AFFECTED_SHOWN)
    output.print(`  … and ${count(affected.length - AFFECTED_SHOWN)} more: rollcall verify --json`)
  if (reason !== null) output.print(plain(`  why  ${withoutAddresses(reason)}`))
  output.print(plain(`  do   ${remedy}`))
}

/** `3 instances and 1 webinar`. */
export function howMany(affected: readonly Affected[]): string {
  const instances = affected.filter((one) => one.zoomUuid !== null).length
  const webinars = affected.filter((one) => one.zoomUuid === null && one.zoomWebinarId !== null).length
  const parts = [
    instances > 0 && counted(instances, 'instance'),
    webinars > 0 && counted(webinars, 'webinar'),
    affected.length > instances + webinars && 'the account',
  ]
  return parts.filter((part) => part !== false).join(' and ')
}

/** `, 300 of 355 rows`, where the participants are what is missing. */
export function rowsOf({ expected, captured }: Affected): string {
  if (captured === null) return ''
  return expected === null ? `, ${count(captured)} rows` : `, ${count(captured)} of ${count(expected)} rows`
}

import { counted } from '../terminal/format.ts'
import { plain } from '../terminal/output.ts'
import type { CheckVerdict, Finding } from './finding.ts'

/** Readable without colour, and without the marks too: whatever is not ok is said again below with what to do. */
const marks: Readonly<Record<CheckVerdict, string>> = { ok: '✔', warning: '!', problem: '✘', skipped: '–' }

const nameOf = (finding: Finding) => finding.check.replaceAll('_', ' ').replace('email', 'e-mail')

/** One line a check. */
export function summaryLines(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map((finding) => nameOf(finding).length))
  return findings.map((finding) =>
    plain(`${marks[finding.verdict]} ${nameOf(finding).padEnd(width)}  ${finding.found}`),
  )
}

/** What to do, the problems first; nothing for what is ok. */
export function remedyLines(findings: readonly Finding[]): string[] {
  return (['problem', 'warning'] as const).flatMap((verdict) =>
    findings.filter((finding) => finding.verdict === verdict).flatMap(remedyOf),
  )
}

function remedyOf(finding: Finding): string[] {
  const lines = [`${marks[finding.verdict]} ${nameOf(finding)}: ${finding.found}`]
  lines.push(...finding.details.map((detail) => `    ${detail}`))
  if (finding.cost) lines.push(`  costs:  ${finding.cost}`)
  if (finding.remedy) lines.push(`  do:     ${finding.remedy}`)
  return ['', ...lines.map(plain)]
}

/** The last line: how many of each. */
export function verdictLine(findings: readonly Finding[]): string {
  const of = (verdict: CheckVerdict) => findings.filter((finding) => finding.verdict === verdict).length
  const parts = [`${of('ok')} ok`]
  if (of('warning') > 0) parts.push(counted(of('warning'), 'warning'))
  if (of('problem') > 0) parts.push(counted(of('problem'), 'problem'))
  if (of('skipped') > 0) parts.push(`${of('skipped')} skipped`)
  return parts.join(', ')
}

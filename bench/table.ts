import Table from 'cli-table3'
import { mib } from './row.ts'
import type { RowResult } from './runRow.ts'

/** The results for a terminal: a line a check, the row's own words on its first. */
export function terminalTable(results: readonly RowResult[]): string {
  const table = new Table({
    head: ['what', 'against', 'measured', 'goal', '', 'ours', 'floor', 'memory'],
    colAligns: ['left', 'left', 'left', 'right', 'left', 'right', 'right', 'right'],
    colWidths: [34, 28, 42],
    wordWrap: true,
    style: { head: [], border: [] },
  })
  for (const result of results) {
    const { what, against, size, unit, ours, rival, checks } = result
    const lines = checks.map((check) => [
      `${check.what}: ${check.shown.trim()}`,
      check.goal ?? '',
      verdict(check.goal, check.isMet),
    ])
    table.push([
      `${what}\n${size.toLocaleString('en')} ${unit}`,
      against ?? '–',
      ...[0, 1, 2].map((column) => lines.map((line) => line[column]).join('\n')),
      seconds(ours.seconds),
      rival === null ? '–' : seconds(rival.seconds),
      `${Math.round(ours.peak_bytes / mib)} MiB`,
    ])
  }
  return table.toString()
}

/** The same for the README. */
export function markdownTable(results: readonly RowResult[]): string {
  const lines = results.flatMap(({ what, against, size, unit, ours, checks }) =>
    checks.map((check, at) => [
      at === 0 ? `${what} (${size.toLocaleString('en')} ${unit})` : '',
      at === 0 ? (against ?? '–') : '',
      `${check.what}: ${check.shown.trim()}`,
      check.goal === null ? '–' : `${check.goal.trim()} (${verdict(check.goal, check.isMet)})`,
      at === 0 ? `${Math.round(ours.peak_bytes / mib).toLocaleString('en')} MiB` : '',
    ]),
  )
  const all = [['what', 'floor or rival', 'measured', 'goal', 'peak memory'], ...lines]
  const widths = (all[0] as string[]).map((_, column) =>
    Math.max(...all.map((line) => (line[column] as string).length)),
  )
  const written = all.map(
    (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] as number)).join(' | ')} |`,
  )
  written.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`)
  return written.join('\n')
}

function verdict(goal: string | null, isMet: boolean): string {
  if (goal === null) return ''
  return isMet ? 'met' : 'missed'
}

function seconds(value: number): string {
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`
}
